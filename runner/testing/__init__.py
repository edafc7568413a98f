"""The pytest plugin: databases built by the scripts for tests, and tests of what they build."""
