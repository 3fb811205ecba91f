"""Read the tags, the links and the resources of an HTML page."""

from html.parser import HTMLParser

#: Relations to other pages, which aren't fetched.
NAMED = {"alternate", "author", "canonical", "index", "next", "prev", "search"}


class _Reader(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def elements(html):
    """List the name and the attributes of each tag."""
    return _Reader(html).found


def tags(html, *names):
    """List the attributes of each tag with one of `names`, or of all tags."""
    found = elements(html)
    return [attributes for tag, attributes in found if tag in names or not names]


def links(html):
    """List the addresses of the page's links, as written."""
    return [tag["href"] for tag in tags(html, "a") if "href" in tag]


def loads(html):
    """List the addresses of all that a browser fetches for the page, as written."""
    sources = tags(html, "script", "img", "iframe", "source", "video", "audio")
    addresses = [tag.get("src", "") for tag in sources]
    addresses += [
        tag.get("href", "") for tag in tags(html, "link") if tag.get("rel") not in NAMED
    ]
    return [url for url in addresses if url and not url.startswith("data:")]
