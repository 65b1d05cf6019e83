"""Adapters, one outside thing each; strangers to each other."""
