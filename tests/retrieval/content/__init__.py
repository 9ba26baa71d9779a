"""Tests of reading a knowledge folder."""
