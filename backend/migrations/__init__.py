"""The database's history, one file a step, and the way to walk it."""
