"""A stand-in for Imgur: a pure world with an HTTP server around it."""
