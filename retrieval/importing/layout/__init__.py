"""Noise out: what pages, printers and scrapers leave in a text."""
