"""Tests: dialogs."""
