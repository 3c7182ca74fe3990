"""The demo: an operator tags five virtual machines of a local Azure, and everybody can watch what becomes of them.

It knows the product by its command line, `asr`, and the emulated Azure by HTTP.
"""
