"""A day of traffic in seconds: the bot's own credit model against the stand-in Imgur."""
