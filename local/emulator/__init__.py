"""A local Azure: Resource Manager, Event Grid and Entra tokens on one loopback port. See docs/emulator.md."""
