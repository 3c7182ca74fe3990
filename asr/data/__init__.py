"""Dated data files, and what reads them."""
