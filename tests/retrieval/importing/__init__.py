"""Tests of importing documents."""
