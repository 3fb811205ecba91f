"""Does a page hear all that its kernel puts out, and can it stop what runs there?

The page has nothing but the scripts. Over 0.25 s: a browser, and kernels.
"""

import shutil

import pytest

from browsing import window
from live_server import KERNELS, TOKEN, Server, write_site
from tiny_book import HERE, PATIENCE

STATIC = HERE / "src/bookbuild/theme/static"
START = """
    async (address) => {
        const [{ Python }, { shower }] = await Promise.all(
            ["kernel", "outputs"].map((name) => import(`/${name}.js`)));
        const python = new Python(new URL(address, location).href);
        await python.start(() => {});
        window.run = (code) => {
            const box = document.createElement("div");
            document.body.replaceChildren(box);
            window.uninterruptible = false;
            window.python = python;
            const how = { render: python.render.bind(python) };
            window.ended = python.run(code, shower(box, how));
        };
    }
"""
STOP = """
    async () => {
        await python.stop(() => { window.uninterruptible = true; });
        return { well: await ended, lost: python.lost };
    }
"""
#: What waits for ever, each in another way, and the error that ends it.
ENDLESS = {
    "await": ("import asyncio\nawait asyncio.Event().wait()", "CancelledError"),
    "await in a task": (
        "import asyncio\nawait asyncio.gather(asyncio.sleep(3600))",
        "CancelledError",
    ),
    "await what runs": (
        "import asyncio\nwhile True:\n    await asyncio.sleep(0)",
        "CancelledError",
    ),
    "sleep": ("import time\ntime.sleep(3600)", "KeyboardInterrupt"),
    "loop": ("while True:\n    pass", "KeyboardInterrupt"),
    "lock": (
        "from threading import Lock\nlock = Lock()\nlock.acquire()\nlock.acquire()",
        "KeyboardInterrupt",
    ),
    "thread": (
        "import time\nfrom threading import Thread\n"
        "thread = Thread(target=time.sleep, args=[3600], daemon=True)\n"
        "thread.start()\nthread.join()",
        "KeyboardInterrupt",
    ),
    "subprocess": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import time; time.sleep(3600)'])",
        "KeyboardInterrupt",
    ),
}
DEAF = """\
import time
print("begun", flush=True)
while True:
    try:
        time.sleep(3600)
    except KeyboardInterrupt:
        print("no", flush=True)
"""


@pytest.fixture(scope="module")
def tab(browser, tmp_path_factory):
    """A page that has started a kernel."""
    site = tmp_path_factory.mktemp("live") / "site"
    write_site(site)
    for name in ("kernel.js", "outputs.js"):
        shutil.copyfile(STATIC / name, site / name)
    with Server(site) as server, window(browser) as tab:
        tab.set_default_timeout(PATIENCE * 1000)
        tab.goto(f"{server.url}?token={TOKEN}")
        tab.evaluate(START, KERNELS)
        yield tab


@pytest.fixture
def run(tab):
    """Runs a cell; returns whether it ended well."""

    def run(code):
        tab.evaluate("code => { run(code); }", code)
        return tab.evaluate("ended")

    return run


@pytest.mark.parametrize(("code", "error"), ENDLESS.values(), ids=ENDLESS)
def test_a_cell_is_stopped_at_once_and_the_kernel_keeps_its_names(
    tab, run, code, error
):
    tab.evaluate(
        "code => { run(code); }", f"kept = 1\nprint('begun', flush=True)\n{code}"
    )
    tab.get_by_text("begun").wait_for()

    stopped = tab.evaluate(STOP)

    assert stopped == {"well": False, "lost": False}
    assert error in tab.locator(".traceback").inner_text()
    assert run("kept")
    assert tab.inner_text("body") == "1"


def test_what_is_put_out_after_the_end_of_a_cell_is_in_its_box(tab, run):
    assert run(
        "import asyncio, sys, threading\n"
        "ended = threading.Event()\n"
        "def later():\n"
        "    ended.wait()\n"
        "    print('from a thread')\n"
        "threading.Thread(target=later).start()\n"
        "async def task():\n"
        "    await asyncio.sleep(0)\n"
        "    ended.set()\n"
        "    display('from a task')\n"
        "asyncio.get_running_loop().call_later(0.2, lambda: loop.create_task(task()))\n"
        "loop = asyncio.get_running_loop()\n"
        "print('now')"
    )

    tab.get_by_text("from a thread").wait_for()
    tab.get_by_text("from a task").wait_for()


def test_markdown_and_formulas_are_rendered_as_in_the_book(tab, run):
    assert run(
        "from IPython.display import Latex, Markdown, display\n"
        "display(Markdown('# *words*<script>window.ran = 1</script>'))\n"
        "display(Latex(r'$$\\frac{1}{2}$$'), Latex(r'$\\nonsense{$'))"
    )

    tab.locator("h1 em").get_by_text("words").wait_for()
    tab.locator("math mfrac").wait_for()
    assert tab.locator("pre").all_inner_texts() == [r"$\nonsense{$"]
    assert tab.evaluate("window.ran") is None


def test_a_progress_bar_is_one_line(run, tab):
    assert run(
        "for part in range(0, 101, 25):\n"
        "    print(f'\\r{part}%', end='', flush=True)\n"
        "print()"
    )

    assert tab.inner_text(".stream").strip() == "100%"


def test_a_cell_that_cannot_be_interrupted_says_so_and_then_loses_its_python(tab):
    """The last one: it ends the kernel."""
    tab.evaluate("code => { run(code); }", DEAF)
    tab.get_by_text("begun").wait_for()

    tab.evaluate("python.stop(() => { window.uninterruptible = true; })")
    tab.wait_for_function("uninterruptible")
    running = tab.get_by_text("no").count()
    stopped = tab.evaluate(STOP)

    assert running == 1
    assert stopped == {"well": False, "lost": True}
