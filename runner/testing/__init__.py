"""The pytest plugin: databases built by the scripts, and tests of the objects in them."""
