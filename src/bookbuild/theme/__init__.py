"""The pages around their text: templates, styles, scripts, and what fills them.

- `layout`: replace the theme's page with our template, style sheet and scripts.
- `cells`: number, fold and run the code cells on a page.
- `markup`: report bold and code that a page leaves open.
- `mathml`: render formulas as MathML.
- `opengraph`: describe each page for links to it, and link to the PDF.
- `provenance`: link each page to its repository, and say how it was made.
"""
