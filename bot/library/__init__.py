"""Past uploads: finding them again, how long they stay, and whether they are still there."""
