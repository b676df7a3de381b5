"""One parser per file format: checks the structure, keeps the picture, drops what it tells."""
