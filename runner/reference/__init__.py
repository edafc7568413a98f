"""The reference: what the scripts build in an empty database."""
