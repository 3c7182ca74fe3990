"""The durable task hub: durabletask's in-memory engine with its gaps closed at the edges."""
