"""The files around the pages: first page, 404, sitemap, PDF."""
