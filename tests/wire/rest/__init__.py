"""Discord's HTTP API, as far as a bot of this kind uses it."""
