"""Imgur's calls, a few lines each."""
