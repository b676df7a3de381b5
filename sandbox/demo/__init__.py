"""The whole bot in a browser tab: SimCord in front, the sandbox Imgur behind."""
