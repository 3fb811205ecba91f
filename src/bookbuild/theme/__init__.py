"""What surrounds the text of a page: templates, styles and scripts."""
