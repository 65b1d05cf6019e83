"""One module for each command of `python -m backend`; only the one that is asked for is loaded, to keep serve small."""
