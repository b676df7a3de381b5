"""How Imgur's two backends word the same facts; every difference between them lives here."""
