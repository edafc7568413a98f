"""The runner on a cluster of Citus, which `--citus` names."""
