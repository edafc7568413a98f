"""Verification: the state of a target compared with that of a reference database."""
