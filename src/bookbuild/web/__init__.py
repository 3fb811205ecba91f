"""What's in an HTML page, and what may be in it."""
