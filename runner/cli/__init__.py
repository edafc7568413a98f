"""The command line: argv to settings, results to a report, errors to exit codes."""
