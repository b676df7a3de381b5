"""Automatic uploads: in which channels, with whose consent."""
