"""The reference database: built from the same scripts, compared with the target, then dropped."""
