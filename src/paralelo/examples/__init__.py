"""Programs that chapters show, and run outside of the notebook."""
