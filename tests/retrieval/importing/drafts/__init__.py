"""Tests of `retrieval.importing.drafts`."""
