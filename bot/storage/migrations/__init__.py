"""Versioned migrations, run by ``migrating.py``."""
