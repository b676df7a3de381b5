"""What Imgur means and how to talk to it; knows no Discord and no storage."""
