"""Who is linked to which Imgur account."""
