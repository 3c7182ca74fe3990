"""The answers of the HTTP API: one source for what is sent and for how /api/openapi.json describes it."""
