"""How things look on Discord."""
