"""Runs scripts on a connection: steps to messages, answers back to their places in the files."""
