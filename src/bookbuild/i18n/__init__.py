"""Several languages over one execution: catalogs, messages, and their checks."""
