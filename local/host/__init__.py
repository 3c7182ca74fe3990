"""A Functions host for Durable Python apps: the real worker library and the real Durable SDK, without a cloud."""
