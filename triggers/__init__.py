"""Client functions: what starts runs and what answers callers."""
