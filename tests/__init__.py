"""Tests of the whole product; real parts throughout."""
