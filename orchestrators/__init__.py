"""Deterministic recipes: no I/O, no clock of their own, no environment. What they decide on comes from activities."""
