"""The bot: Imgur's client, the credit model, uploads, linking and how they look on Discord."""

__version__ = "0.1.0"
