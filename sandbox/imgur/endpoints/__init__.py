"""What each call means, one noun a module; each ends in its table of routes."""
