"""The HTTP API: one row for each route."""
