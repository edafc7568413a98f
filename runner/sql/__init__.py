"""Catalog queries, run exactly as written."""
