"""Does no script run in a page but the book's own, whoever writes one into it?

A book's cells can write any HTML into its pages. The policy is in each page, for those
who serve a book send no headers of ours. That no page goes against its own policy is
seen in test_site.py, as a browser complains of it. Over 0.25 s: that is a browser's.
"""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from bookbuild.web.links import pages
from browsing import window
from page_tags import tags

POLICY = "Content-Security-Policy"
META = re.compile(rf'<meta\s[^>]*http-equiv="?{POLICY}"?[^>]*>', re.IGNORECASE)
DATA = {"application/json", "application/ld+json", "text/plain"}  # and no scripts

ELSEWHERE = "http://elsewhere.example/"
RUN = "document.documentElement.dataset.ran = 1"
SCRIPT = {
    "body": RUN,
    "content_type": "text/javascript",
    "headers": {"Access-Control-Allow-Origin": "*"},
}
ATTACKS = {
    "inline": f"<script>{RUN}</script>",
    "handler": f"<img src=none onerror='{RUN}'>",
    "link": f"<a id=attack href='javascript:{RUN}'>Click</a>",
    "elsewhere": f"<script src={ELSEWHERE}run.js></script>",
    "data": f"<script src='data:text/javascript,{RUN}'></script>",
    "frame": f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    "module": f"<script type=module>import '{ELSEWHERE}run.js'</script>",
    "base": f"<base href={ELSEWHERE}><script src=run.js></script>",
}


class Parts(HTMLParser):
    """What of a page its policy has to allow."""

    def __init__(self, html):
        super().__init__()
        self.scripts, self.styles, self.attributes = [], [], []
        self.inside = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "script" and "src" not in given and given.get("type") not in DATA:
            self.inside = self.scripts
        if tag == "style":
            self.inside = self.styles
        if self.inside is not None and tag in {"script", "style"}:
            self.inside.append("")
        for name, value in attributes:
            if name == "style" or name.startswith("on"):
                self.attributes.append(f"<{tag} {name}>")
            if (value or "").strip().lower().startswith("javascript:"):
                self.attributes.append(f"<{tag} {name}: a script>")

    def handle_data(self, data):
        if self.inside is not None:
            self.inside[-1] += data

    def handle_endtag(self, tag):
        if tag in {"script", "style"}:
            self.inside = None


def policy(html):
    """A page's policy: the sources that each directive allows."""
    given = [tag for tag in tags(html) if tag.get("http-equiv") == POLICY]
    if len(given) != 1:
        return {}
    rules = [rule.split() for rule in given[0]["content"].split(";") if rule.strip()]
    return {name: sources for name, *sources in rules}


def hashes(codes):
    return {
        f"'sha256-{b64encode(sha256(c.encode()).digest()).decode()}'" for c in codes
    }


def hashed(sources):
    return {source for source in sources if source.startswith("'sha")}


def faults(html):
    """What is wrong with the policy of a page, or with the page under it."""
    rules = policy(html)
    if not rules:
        yield "no policy"
        return
    head = tags(html)[tags(html, "html") != [] and 2 :]  # without <html> and <head>
    if not ("charset" in head[0] and head[1].get("http-equiv") == POLICY):
        yield "the policy does not come first"
    allowed = {source for sources in rules.values() for source in sources}
    for word in ("'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "data:"):
        if word in allowed - set(rules.get("img-src", ())):
            yield f"{word} is allowed"
    for name in ("default-src", "base-uri", "form-action", "object-src"):
        sources = rules.get(name, rules.get("default-src") if "-src" in name else None)
        if sources not in (["'none'"], ["'self'"]):
            yield f"{name} is {sources}"
    parts = Parts(html)
    yield from parts.attributes
    default = rules.get("default-src", [])
    for name, codes in (("script", parts.scripts), ("style", parts.styles)):
        if hashes(codes) != hashed(rules.get(f"{name}-src", default)):
            yield f"the hashes are not those of the page's {name}s"


def test_every_page_allows_its_own_scripts_and_nothing_else(site):
    found = {page: sorted(set(faults(site.read(page)))) for page in pages(site.folder)}

    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def attacked(site, browser, attack, *, guarded):
    """Whether the attack's code runs in a page that has it, with its policy or not."""
    page = "en/book/glossary.html"
    html = site.read(page)
    if not guarded:
        html = META.sub("", html)
    html = html.replace("</main>", f"{attack}</main>")
    with window(browser) as tab:
        tab.route(site.url + page, lambda route: route.fulfill(body=html))
        tab.route(ELSEWHERE + "**", lambda route: route.fulfill(**SCRIPT))
        tab.goto(site.url + page)
        if "id=attack" in attack:
            tab.locator("#attack").click()
        tab.evaluate("() => new Promise((done) => setTimeout(done))")
        return tab.locator("html[data-ran]").count() == 1


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_script_that_somebody_else_wrote_does_not_run(site, browser, attack):
    assert not attacked(site, browser, attack, guarded=True)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_without_the_policy_it_would_run(site, browser, attack):
    assert attacked(site, browser, attack, guarded=False)


GOOD = "default-src 'self'; base-uri 'none'; form-action 'none'"
PAGE = "<html><head><meta charset=utf-8>{}<title>A</title></head><body>{}</body></html>"


def page(rules=GOOD, body=""):
    meta = f'<meta http-equiv="{POLICY}" content="{rules}">'
    return PAGE.format(meta, body)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (page(), []),
        (page(body="<script src=a.js></script><p>A</p>"), []),
        (page(body="<script type=application/json>{}</script>"), []),
        (PAGE.format("", ""), ["no policy"]),
        (page() * 2, ["no policy"]),
        (
            page().replace("<meta charset=utf-8>", ""),
            ["the policy does not come first"],
        ),
        (page(f"{GOOD}; style-src 'unsafe-inline'"), ["'unsafe-inline' is allowed"]),
        (page(f"{GOOD}; script-src *"), ["* is allowed"]),
        (page(f"{GOOD}; script-src data:"), ["data: is allowed"]),
        (page(f"{GOOD}; img-src data:"), []),
        (page("default-src 'self'; form-action 'none'"), ["base-uri is None"]),
        (page(f"{GOOD}; object-src x.org"), ["object-src is ['x.org']"]),
        (page(body="<p style='color: red'>A</p>"), ["<p style>"]),
        (page(body="<p onclick='a()'>A</p>"), ["<p onclick>"]),
        (page(body="<a href='javascript:a()'>A</a>"), ["<a href: a script>"]),
        (
            page(body="<script>a()</script>"),
            ["the hashes are not those of the page's scripts"],
        ),
        (
            page(f"{GOOD}; style-src 'sha256-AAAA'"),
            ["the hashes are not those of the page's styles"],
        ),
        (
            page(
                f"{GOOD}; script-src {' '.join(hashes(['a()']))}",
                "<script>a()</script>",
            ),
            [],
        ),
    ],
)
def test_a_fault_of_a_policy_is_found(html, found):
    assert list(faults(html)) == found
