"""A run of all scripts on a target, from BEGIN to COMMIT."""
