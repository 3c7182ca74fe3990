"""Durable entities: what must be done by one at a time."""
