"""The product's records: frozen, plain, and free of any SDK type."""
