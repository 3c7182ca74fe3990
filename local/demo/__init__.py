"""The demo: an operator tags five virtual machines of a local Azure, and everybody can watch what becomes of them.

It knows the product and the emulated Azure only over HTTP. `checks` holds what must be true in the end, read through
plain ARM GETs, for tests as much as for the demo.
"""
