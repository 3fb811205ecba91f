"""Programs for outside a notebook; chapters show them, and run them as programs."""
