"""Pure: what was recorded, as people and programs want to read it."""
