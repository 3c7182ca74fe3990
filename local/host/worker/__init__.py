"""The worker: user code runs here, in a process of its own."""
