"""HTML pages, without Sphinx: what is in them, what may be, and a browser to see them.

- `sanitize`: remove everything unsafe from an output's HTML or SVG.
- `csp`: write a page's Content-Security-Policy.
- `links`: check the internal links of a site.
- `chromium`: find, install, run and drive a Chromium.
"""
