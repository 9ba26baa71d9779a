"""Tests of `retrieval.importing.files`."""
