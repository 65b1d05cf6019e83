"""The flow engine: synchronous, no clock, no disk beyond the reader, no network, no randomness."""
