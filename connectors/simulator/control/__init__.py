"""The control API under /simulator/: drive people, set faults, move the clock, watch."""
