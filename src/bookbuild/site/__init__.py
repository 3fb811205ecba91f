"""Write the files around the pages: first page, 404, redirects, sitemap, PDF.

- `assemble`: put a new site together, with the first page, 404.html and the sitemap.
- `pdf`: print each edition with Chromium, from one page with all chapters.
- `redirects`: which renamed pages lead where, and what is wrong with them.
"""
