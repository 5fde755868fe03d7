"""Detente beside its peers: the same problems in the same run, answers compared before times."""
