"""The registry: a record of the applied scripts, kept in the target."""
