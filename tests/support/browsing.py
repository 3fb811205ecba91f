"""What the tests of the site have in common: windows, and a question to every page."""

from contextlib import contextmanager
from pathlib import Path

from page_tags import tags

SCHEMES = ("light", "dark")
WIDTHS = (360, 1280)  # a phone's, a desk's
TOO_WIDE = """
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
"""
#: Wait for a page to be laid out. A busy Chromium may not ask for frames at all, and
#: `evaluate` waits forever.
FRAME = """
    await new Promise((done) => {
        requestAnimationFrame(done);
        setTimeout(done, 2000);
    });
"""
UNFOLD = f"""
    async () => {{
        for (const box of document.querySelectorAll("details")) box.open = true;
        for (const half of document.getAnimations()) half.cancel();  // nothing half-way
        {FRAME}
    }}
"""
LEFT = "net::ERR_ABORTED"  # its page was left before, perhaps with no icon yet
SCRIPTS = Path(__file__).with_name("in_page")


def script(name):
    """A function for a page, from a file of this folder."""
    return (SCRIPTS / f"{name}.js").read_text("utf8")


@contextmanager
def window(browser, width=1280, height=900, **options):
    """An empty tab in a window of its own, that remembers nothing of others."""
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, **options)
    yield context.new_page()
    context.close()


@contextmanager
def page_of(browser, html, width=1280, **options):
    """A tab with a page that was written for one test."""
    with window(browser, width, **options) as tab:
        tab.set_content(f"<!DOCTYPE html><html lang=en><title>A page</title>{html}")
        yield tab


def is_redirect(html):
    return any(tag.get("http-equiv", "").lower() == "refresh" for tag in tags(html))


def readable(site, edition=""):
    """The pages that somebody reads, of one edition or of all."""
    pages = [page for page in site.pages() if page.startswith(edition)]
    pages = [page for page in pages if not is_redirect(site.read(page))]
    assert pages
    return pages


def on_each_page(site, tab, question, pages):
    """What `question` finds on each of the pages; those without are left out."""
    found = {}
    for page in pages:
        tab.goto(site.url + page)
        if faults := list(question(tab)):
            found[page] = faults
    return found


def unfold(tab):
    """Open all boxes that fold, and wait until the page is laid out."""
    tab.evaluate(UNFOLD)


class Watch:
    """What a browser's tab complains of, and what it asks for."""

    def __init__(self, tab, home):
        self.complaints, self.home = [], home
        tab.on("console", self._console)
        tab.on("pageerror", lambda error: self._note(f"error: {error}"))
        tab.on("requestfailed", self._failed)
        tab.on("request", self._request)
        tab.on("response", self._response)

    def said(self):
        """What there was since it was asked before."""
        complaints, self.complaints = self.complaints, []
        return complaints

    def _note(self, complaint):
        self.complaints.append(complaint)

    def _failed(self, request):
        if request.failure != LEFT:
            self._note(f"failed: {request.url}")

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self._note(f"console {message.type}: {message.text}")

    def _request(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self._note(f"asked elsewhere: {request.url}")

    def _response(self, response):
        if response.status >= 400:
            self._note(f"{response.status}: {response.url}")
