"""Solvers: one module for each theory, arrays in, frozen results out."""
