"""The command line: arguments to settings, results to a report, errors to exit codes."""
