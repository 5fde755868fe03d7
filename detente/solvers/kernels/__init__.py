"""Compiled loops; imported only where a case is large."""
