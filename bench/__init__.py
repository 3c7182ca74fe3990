"""Measurements against the local Azure. Nothing here is deployed."""
