"""Write the files around the pages: first page, 404, redirects, sitemap, PDF.

- `article`: make a page's article fit for one page with others, and for paper.
- `assemble`: put a new site together.
- `one_page`: all pages of an edition as one, for printing.
- `pdf`: print each edition with Chromium.
- `redirects`: lead readers of a renamed page to its new address.
- `standalone`: fill in templates: the first page, 404.html, the sitemap.
"""
