"""A stand-in Imgur, and the demo that joins it with a simulated Discord and the bot."""
