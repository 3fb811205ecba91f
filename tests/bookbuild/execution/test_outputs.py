"""Nothing that a cell puts out runs in a page, or in a picture; nor does a query.

More than a thousand payloads, every known way to run a script in every kind of place,
are put out by one page in each way that there is, and opened in a browser. If one ran,
it would call `top.ran` with its number; where nothing is left out, most of them do.
"""

from urllib.parse import quote, unquote

import nbformat
import pytest
from bs4 import BeautifulSoup

from bookbuild.web.sanitize import ANYWHERE, ATTRIBUTES, HTML, MATHML, SVG
from static_server import serving
from tiny_book import TinyBook, cells, complaints

#: Ways to run a script. @ is what each is to run, № its number.
VECTORS = r"""
<script>@</script>
<SCRIPT/x>@</SCRIPT >
<script src="data:text/javascript,@"></script>
<scr<script>ipt>@</scr</script>ipt>
</script><script>@</script>
<img src=x onerror=@>
<img src=x onerror="@">
<img/src="x"/onerror=@>
<img src=x onerror=@//
<IMG SRC=x OnErRoR=@>
<img src="x` `"onerror=@>
<img src=x onerror=&#116;op.r&#x61;n&lpar;№)>
<img src=x onerror&NewLine;=@ onerror=@>
<img src onerror%0c=%0c@>
<img src=x o%00nerror=@ onerror=@>
<i%00mg src=x onerror=@>
<img src=x o%e2%80%8bnerror=@>
%ef%bc%9cimg src=x onerror=@%ef%bc%9e
%c2%bcimg src=x onerror=@%c2%be
%1b[31m<img src=x onerror=@>%1b[0m
%1b]8;;javascript:@%07x%1b]8;;%07
%e2%80%ae<img src=x onerror=@>
<image src=x onerror=@>
<img srcset=x onerror=@>
<img src=data:, onload=@ onerror=@>
"><img src=x onerror=@>
'><img src=x onerror=@>
--><img src=x onerror=@>
]]><img src=x onerror=@>
</pre></div></div><img src=x onerror=@>
</textarea></title></style></noscript><img src=x onerror=@>
<svg onload=@>
<svg/onload=@//
<svg><script>@</script></svg>
<svg><script>&#116;op.ran(№)</script></svg>
<svg><script href="data:text/javascript,@"></script></svg>
<svg><script xlink:href="data:text/javascript,@"></script></svg>
<svg><a href="javascript:@"><text y="9">x</text></a></svg>
<svg><a xlink:href="javascript:@"><text y="9">x</text></a></svg>
<svg><animate onbegin="@" attributeName="x" dur="1s"/></svg>
<svg><set onbegin=@ attributeName=x /></svg>
<svg><a><set attributeName="href" to="javascript:@"/><text y="9">x</text></a></svg>
<svg><a><animate attributeName=href values=javascript:@ /><text y=9>x</text></a></svg>
<svg><image href="x" onerror="@"/></svg>
<svg><rect fill="url(javascript:@)" onclick="@" width="9" height="9"/></svg>
<svg><use href="data:image/svg+xml,<svg id='x' onload='@'/>#x"></use></svg>
<svg><foreignObject><img src=x onerror=@></foreignObject></svg>
<svg><foreignObject><iframe srcdoc="<script>@</script>"/></foreignObject></svg>
<svg><style><img src=x onerror=@></style></svg>
<svg><title><img src=x onerror=@></title></svg>
<svg><desc><svg onload=@></desc></svg>
<svg><p><style><a id="</style><img src=x onerror=@>">
<svg></p><style><a id="</style><img src=x onerror=@>">
<svg><![CDATA[><img src=x onerror=@>]]></svg>
<svg xmlns="http://www.w3.org/2000/svg" onload="@"><g onload="@"/></svg>
<math><mtext></mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=@&gt;">
<math><mtext><table><mglyph><style><!--</style><img title="--></mglyph><img src=x onerror=@>">
<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=@ src=x>">
<math><annotation-xml encoding="text/html"><img src=x onerror=@></annotation-xml></math>
<math><mi href="javascript:@">x</mi><maction xlink:href="javascript:@">x</maction></math>
<noscript><p title="</noscript><img src=x onerror=@>">
<template><img src=x onerror=@></template>
<template shadowrootmode=open><img src=x onerror=@></template>
<textarea><img title="</textarea><img src=x onerror=@>">
<title><img title="</title><img src=x onerror=@>">
<xmp><p title="</xmp><img src=x onerror=@>">
<noembed><p title="</noembed><img src=x onerror=@>">
<select><template><style><!--</style><a rel="--></select><img src=x onerror=@>">
<iframe srcdoc="<script>@</script>"></iframe>
<iframe srcdoc=&lt;script&gt;@&lt;/script&gt;></iframe>
<iframe src="javascript:@"></iframe>
<iframe onload=@></iframe>
<object data="javascript:@"></object>
<object data="x" onerror=@></object>
<embed src="javascript:@">
<frameset onload=@>
<form action="javascript:@"><button>x</button></form>
<form id=f></form><button form=f formaction=javascript:@>x</button>
<input autofocus onfocus=@>
<input type=image src=x onerror=@>
<select autofocus onfocus=@>
<textarea autofocus onfocus=@>
<details open ontoggle=@><summary>x</summary></details>
<details><summary onclick=@>x</summary></details>
<video src=x onerror=@></video>
<video><source onerror=@></video>
<audio src=x onerror=@></audio>
<body onload=@>
<marquee onstart=@>x</marquee>
<dialog open onclose=@><p onclick=@>x</p></dialog>
<p contenteditable tabindex=0 autofocus onfocus=@>x</p>
<b onmouseover=@>x</b>
<b onclick='@'>x</b>
<b style="animation:x" onanimationstart=@ onclick=@>x</b>
<b style="width:expression(@);background:url(javascript:@)">x</b>
<style>@keyframes x{}</style><b style="animation:x 1s" onanimationstart=@>x</b>
<style>@import "javascript:@";</style>
<a href="javascript:@">x</a>
<a href=javascript:@>x</a>
<a href="jAvAsCrIpT:@">x</a>
<a href="java&Tab;script:@">x</a>
<a href="java&NewLine;script:@">x</a>
<a href="&#1;javascript:@">x</a>
<a href=" &#14; javascript:@">x</a>
<a href="javascript&colon;@">x</a>
<a href="javascript://x%250a@">x</a>
<a href="data:text/html,<script>@</script>">x</a>
<a href="vbscript:@">x</a>
<area href="javascript:@">x
<meta http-equiv="refresh" content="0;url=javascript:@">
<base href="javascript:@//"><a href="x">x</a>
<link rel="stylesheet" href="x" onerror=@>
<!--><img src=x onerror=@>-->
<!-- --!><img src=x onerror=@> -->
<?x ><img src=x onerror=@>
<!x ><img src=x onerror=@>
[x](javascript:@)
[x](<java&Tab;script:@>)
[x]: javascript:@
![x](x"onerror="@)
<javascript:@>
"""  # noqa: E501
#: Places for them: in HTML, in Markdown, in a string.
PLACES = (
    "{}",
    "<p>{}</p>",
    "<table><tr><td>{}",
    '<p title="{}">x</p>',
    "<a href='https://x.org/{}'>x</a>",
    "<svg>{}</svg>",
    "<math><mtext>{}</mtext></math>",
    "<!-- {} -->",
    "<style>{}</style>",
    "and {} in Markdown, *{}*",
)
PUT_OUT = cells(
    "import sys\n"
    "from pathlib import Path\n"
    "from tempfile import TemporaryDirectory\n"
    "from IPython.display import FileLinks, display\n"
    "from payloads import PAYLOADS",
    'print("\\n".join(PAYLOADS))',
    'print("\\n".join(PAYLOADS), file=sys.stderr)',
    "PAYLOADS[:900], PAYLOADS[900:]",
    ':tags: [raises-exception]\n\nraise ValueError("\\n".join(PAYLOADS))',
    'for it in PAYLOADS:\n    display({"text/html": it}, raw=True)',
    'NS = "http://www.w3.org/2000/svg"\n'
    "for it in PAYLOADS[::3]:\n"
    "    drawing = f'<svg xmlns=\"{NS}\">{it}</svg>'\n"
    '    display({"image/svg+xml": drawing}, raw=True)',
    'for it in PAYLOADS[::3]:\n    display({"text/markdown": it}, raw=True)',
    'for it in PAYLOADS[::7]:\n    display({"text/latex": it}, raw=True)',
    "folder = TemporaryDirectory()\n"
    "for it in PAYLOADS:\n"
    "    name = it.replace('/', chr(0x2044)).replace(chr(0), '')[:80]\n"
    "    Path(folder.name, name).touch()\n"
    "display(FileLinks(folder.name, 'https://x.org/'))\n"
    "found = map(repr, sorted(Path(folder.name).iterdir()))\n"
    'print("\\n".join(found))\n'  # nbclient takes half a minute for one long line
    "folder.cleanup()",
    'display({"application/javascript": "top.ran(-1)"}, raw=True)',
    'WIDGET = "application/vnd.jupyter.widget-view+json"\n'
    'display({WIDGET: "</SCRIPT><script>top.ran(-2)</script>"}, raw=True)',
)
AFTERWARDS = "\n## Afterwards\n\nThe page goes on.\n"
CONFIGURATION = """\
    suppress_warnings:
    - bookbuild
    - myst
    - mystnb
    - docutils
    - image
"""


def payloads():
    """All of them; the number of each is its place."""
    made = []
    for vector in unquote(VECTORS).strip().split("\n"):
        for place in PLACES:
            number = str(len(made))
            call = vector.replace("@", "top.ran(№)").replace("№", number)
            made.append(place.replace("{}", call))
    return made


PAYLOADS = payloads()

#: In every page: what runs is counted, and `touch` does to it what a reader might do.
COUNT = """
window.seen = new Set();
window.ran = number => window.seen.add(number);
window.touch = async part => {
    for (const it of part.querySelectorAll("*")) {
        if (it.closest("form[role=search]")) continue;  // the page's own; it leads away
        for (const kind of ["mouseover", "focus"]) it.dispatchEvent(new Event(kind));
        const address = it.href?.baseVal ?? it.href ?? "";
        const asks = it.onclick || address || it.localName === "button";
        if (asks && !/^(https?|mailto):/.test(address))
            it.dispatchEvent(new MouseEvent("click", {cancelable: true}));
    }
    for (let n = 0; n < 3; n++) await new Promise(done => {
        const last = new Image();  // fails after those that have failed by now
        last.onerror = done;
        last.src = `missing-${n}`;
    });
    return [...window.seen].sort((a, b) => a - b);
};
// Show each in a frame of its own: a page or, if it is an address, what is there.
window.inFrames = async all => {
    for (const one of all) {
        const frame = document.createElement("iframe");
        const shown = new Promise(done => frame.onload = done);
        const late = new Promise(done => setTimeout(done, 500));  // some never end
        one[0] === "/" ? frame.src = one : frame.srcdoc = one;
        document.body.append(frame);
        await Promise.race([shown, late]);
        if (frame.contentDocument) await touch(frame.contentDocument);
        frame.remove();
    }
    return [...window.seen].sort((a, b) => a - b);
};
"""
#: Drawings that run a script when they are opened by themselves.
DRAWINGS = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="top.ran(0)"/>',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>top.ran(1)</script></svg>',
    '<x:svg xmlns:x="http://www.w3.org/2000/svg" onload="top.ran(2)"/>',
    '<!DOCTYPE svg [<!ENTITY e "top.ran(3)">]>'
    '<svg xmlns="http://www.w3.org/2000/svg"><script>&e;</script></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject>'
    '<img xmlns="http://www.w3.org/1999/xhtml" src="x" onerror="top.ran(4)"/>'
    "</foreignObject></svg>",
)
DRAWN = cells(*(f'display({{"image/svg+xml": {it!r}}}, raw=True)' for it in DRAWINGS))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """The folder of a book in which a page puts out all payloads."""
    page = PUT_OUT + DRAWN + AFTERWARDS
    book = TinyBook.make(tmp_path_factory.mktemp("attacked"), {"attack": page})
    (book.root / "src/payloads.py").write_text(f"PAYLOADS = {PAYLOADS!r}\n", "utf8")
    config = book.root / "_config.yml"
    config.write_text(config.read_text("utf8") + CONFIGURATION)
    ran = book.build("--only", "book/attack")  # a whole build would find dead links
    assert ran.returncode == 0, ran.stderr
    return book.root / "_build/preview/en"


@pytest.fixture(scope="module")
def address(attacked):
    for number, drawing in enumerate(DRAWINGS):  # as they are, for the control
        (attacked / f"raw-{number}.svg").write_text(drawing)
    with serving(attacked) as address:
        yield address.removesuffix("/")


@pytest.fixture
def page(browser, address):
    # The pages' policy would forbid what the list had let through.
    page = browser.new_page(bypass_csp=True)
    page.add_init_script(COUNT)
    page.route("**/x", lambda route: route.abort())  # a picture's, and it fails faster
    page.goto(f"{address}/book/index.html")
    yield page
    page.close()


def test_there_are_more_than_a_thousand_payloads():
    assert len(set(PAYLOADS)) > 1000


@pytest.mark.weekly
def test_most_payloads_run_where_nothing_is_left_out(page):
    sample = PAYLOADS[:: 2 * len(PLACES)]  # as they are, in no other place

    ran = page.evaluate("all => inFrames(all)", sample)

    assert len(ran) > len(sample) / 2


@pytest.mark.weekly
def test_drawings_run_where_nothing_is_left_out(page):
    files = [f"/raw-{number}.svg" for number in range(len(DRAWINGS))]

    ran = page.evaluate("all => inFrames(all)", files)

    assert ran == list(range(len(DRAWINGS)))


def test_no_output_runs_in_its_page(page, address):
    page.goto(f"{address}/book/attack.html")

    ran = page.evaluate("touch(document.querySelector('article'))")

    assert ran == []
    assert page.locator("article h2", has_text="Afterwards").is_visible()


def test_no_drawing_runs_when_it_is_opened_by_itself(page, attacked):
    files = [f"/_images/{path.name}" for path in (attacked / "_images").glob("*.svg")]

    ran = page.evaluate("all => inFrames(all)", files)

    assert len(files) > 10
    assert ran == []


def test_a_page_has_no_element_and_no_attribute_that_is_not_on_the_list(page, attacked):
    html = (attacked / "book/attack.html").read_text("utf8")
    attributes = ANYWHERE.union(*ATTRIBUTES.values(), ["target", "xlink:href"])
    tags = {tag.lower() for tag in HTML | SVG | MATHML}

    found = page.evaluate(PARTS, html)

    assert {tag.lower() for tag, _, _ in found} <= tags
    names = {name for _, name, _ in found if not name.startswith("aria-")}
    assert names <= attributes | {""}


def test_the_addresses_in_a_page_are_of_its_site_or_of_the_web(page, attacked):
    html = (attacked / "book/attack.html").read_text("utf8")

    found = page.evaluate(PARTS, html)

    links = {value for _, name, value in found if name in ("href", "src", "xlink:href")}
    begins = {link.partition(":")[0].lower() for link in links if ":" in link}
    assert begins == {"https"}


def test_no_query_runs_in_the_search(page, address):
    page.goto(f"{address}/search.html")
    page.wait_for_function("Search.hasIndex()")

    ran = page.evaluate(SEARCH, PAYLOADS)

    assert ran == []


@pytest.mark.parametrize("where", ["search.html?q=", "book/index.html?highlight="])
def test_no_query_runs_that_comes_in_an_address(page, address, where):
    for payload in PAYLOADS[:: 6 * len(PLACES)]:
        page.goto(f"{address}/{where}{quote(payload)}")

    assert page.evaluate("touch(document.documentElement)") == []


def test_no_output_runs_among_what_a_search_finds(page, address):
    page.goto(f"{address}/search.html?q=onerror")
    page.locator("#search-results li .context").wait_for()

    assert page.evaluate("touch(document.documentElement)") == []


#: Of each element in a page's text its name, and one by one its attributes.
PARTS = """html => {
    const read = new DOMParser().parseFromString(html, "text/html");
    return [...read.querySelectorAll("article *")].flatMap(it => [
        [it.localName, "", ""],
        ...[...it.attributes].map(a => [it.localName, a.name, a.value]),
    ]);
}"""

#: Without fetching the page that is found for a summary, again and again.
SEARCH = """async all => {
    window.fetch = async () => new Response("<p>nothing</p>");
    for (const payload of all) {
        Search.performSearch(payload);
        Search.stopPulse();
    }
    return await touch(document.documentElement);
}"""

FAULTS = {
    "HTML": ('{"text/html": "<b onclick=alert()>x</b><script>1</script>"}', "onclick="),
    "a drawing": ('{"image/svg+xml": "<svg><a onclick=\'1\'/></svg>"}', "onclick="),
    "Markdown": ('{"text/markdown": "<iframe src=\'x\'></iframe>"}', "<iframe>, src="),
    "a picture elsewhere": (
        '{"text/markdown": "![x](https://x.org/x.png)"}',
        "the picture https://x.org/x.png",
    ),
    "a program": ('{"application/javascript": "alert()"}', "a program for the browser"),
    "a form that's unknown": (
        '{"application/vnd.vegalite.v5+json": {}, "text/plain": "a chart"}',
        "application/vnd.vegalite.v5+json; show a picture or a table",
    ),
    "an animation": (
        '{"text/html": "<link href=a><form><input name=b onclick=c><button></button>'
        '</form><script>d</script>"}',
        "(<script>, <button>, <form>, 5 more), and was left out; show a picture, a GIF",
    ),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    codes = [f"display({output}, raw=True)" for output, _ in FAULTS.values()]
    book = TinyBook.make(tmp_path_factory.mktemp("faulty"), {"one": cells(*codes)})
    return book.build()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_left_out_stops_the_build_at_its_cell(faulty, fault):
    line = 15 + 4 * list(FAULTS).index(fault)

    said = [it for it in complaints(faulty) if f"book/one.md:{line}: " in it]

    assert faulty.returncode == 1
    assert FAULTS[fault][1] in said[0]
    assert len(said) == 1


ORDER = """\
from IPython.display import display
print("one")
display("shown")
print("two")"""
TERMINAL = """\
link = "\\x1b]8;;https://example.org\\x1b\\\\the docs\\x1b]8;;\\x1b\\\\"
print(f"\\x1b[1mbold 50%\\r\\x1b[K{link} and \\x1b[91mred\\x1b[0m")"""
ESCAPES = """\
class Text:
    def __repr__(self):
        return "a \\x1b]0;b\\x07\\x1b[32mc\\x1b[m\\x00"
Text()"""
RAISES = ':tags: [raises-exception]\n\nraise ValueError("`?\\x1b]0;b\\x07no\\x1b(B")'
WARNED = 'import warnings\n\nwarnings.warn("careful")'


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A book with a page that shows what readers see otherwise in a terminal."""
    page = cells(ORDER, TERMINAL, ESCAPES, RAISES, WARNED)
    book = TinyBook.make(tmp_path_factory.mktemp("shown"), {"one": page})
    ran = book.build()  # over 0.25 s: a build
    assert ran.returncode == 0, ran.stderr
    return book


def put_out(book):
    """The text of each output on the page."""
    page = BeautifulSoup(book.page("one"), "html.parser")
    return [output.get_text().strip() for output in page.select(".cell_output .output")]


def test_a_page_shows_prints_and_displays_in_the_order_of_the_cell(shown):
    assert put_out(shown)[:3] == ["one", "'shown'", "two"]


def test_a_notebook_has_prints_and_displays_in_the_order_of_the_cell(shown):
    notebook = shown.site / "en/_notebooks/with-outputs/book/one.ipynb"

    cells = nbformat.read(notebook, as_version=4).cells

    kinds = [[output.output_type for output in it.get("outputs", [])] for it in cells]
    assert ["stream", "display_data", "stream"] in kinds


def test_a_page_shows_the_text_of_links_and_colors_but_no_escape_sequence(shown):
    _, _, _, printed, value, error, _ = put_out(shown)

    assert (printed, value) == ("the docs and red", "a c")
    assert error.endswith("ValueError: `?no")
    assert '<span class=" -Color -Color-Red">red</span>' in shown.page("one")
    assert not {*shown.page("one")} & {"\x1b", "\x07", "\0"}


def test_a_page_shows_which_cell_warned(shown):
    assert put_out(shown)[-1].startswith("<cell 5>:3: UserWarning: careful")
