"""Write the files around the pages: first page, 404, redirects, sitemap, PDF.

- `article`: make a page's article fit for one page with others, and for paper.
- `assemble`: put a new site together.
- `language_picker`: the site's first page, which leads to an edition.
- `not_found`: the page for addresses that don't exist, 404.html.
- `one_page`: all pages of an edition as one, for printing.
- `pdf`: print each edition with Chromium.
- `redirects`: lead readers of a renamed page to its new address.
- `sitemap`: sitemap.xml and robots.txt.
- `standalone`: pages without the theme.
"""
