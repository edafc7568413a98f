"""Runs a folder of plain SQL files on any PostgreSQL, in one transaction."""

__version__ = "0.1.0"
