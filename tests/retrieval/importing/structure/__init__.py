"""Tests of `retrieval.importing.structure`."""
