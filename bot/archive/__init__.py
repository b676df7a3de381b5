"""Uploading what a channel already holds: counted first, then slowly, with consent."""
