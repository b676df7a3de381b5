"""Imgur's credit model, and our fair shares of it."""
