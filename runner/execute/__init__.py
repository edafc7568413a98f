"""Runs the steps of scripts: steps to messages, answers back to their places in the files."""
