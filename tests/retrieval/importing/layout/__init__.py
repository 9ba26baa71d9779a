"""Tests of `retrieval.importing.layout`."""
