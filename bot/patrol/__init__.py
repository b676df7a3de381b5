"""Looking whether our links still show their pictures, and telling moderators what was lost."""
