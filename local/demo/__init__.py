"""The demo: an operator tags five virtual machines of a local Azure, and everybody can watch what becomes of them.

It knows the product and the emulated Azure only over HTTP.
"""
