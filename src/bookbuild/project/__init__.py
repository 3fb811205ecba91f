"""What this checkout is: configuration, pages, editions, repository, environment."""
