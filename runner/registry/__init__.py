"""The registry: what was applied, when and by whom, in the target itself."""
