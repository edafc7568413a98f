"""Adapts steps: one transaction, and a role that is no superuser, give the container's result."""
