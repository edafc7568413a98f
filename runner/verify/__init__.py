"""Holds what a target has against what the scripts build."""
