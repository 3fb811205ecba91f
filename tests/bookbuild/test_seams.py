"""Do other people's packages still have, and use, what we change in them?

Our extension assigns to a name here and there, or overrides a class. If a new version
no longer looks at it, a page must be refused, and never published uncleaned. These
tests also run with the newest packages and with plain Sphinx, without a conftest.
"""

import inspect

import pytest
from docutils import nodes
from IPython.core.compilerop import CachingCompiler
from markdown_it.renderer import RendererHTML
from myst_nb import sphinx_
from myst_nb.core import execute, read, render
from myst_nb.core.config import NbParserConfig
from myst_nb.core.nb_to_tokens import notebook_to_tokens
from myst_nb.core.render import NbElementRenderer, load_renderer
from myst_nb.sphinx_ext import sphinx_setup
from myst_parser.config.main import MdParserConfig
from myst_parser.mocking import MockState
from myst_parser.parsers.mdit import create_md_parser
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx import locale
from sphinx.search import IndexBuilder, SearchLanguage
from sphinx.search.pt import SearchPortuguese
from sphinx.transforms import SphinxTransform
from sphinx.transforms.i18n import Locale, publish_msgstr
from sphinx_external_toc.events import InsertToctrees

from bookbuild.execution.outputs import PLUGIN, Renderer
from bookbuild.i18n import transforms
from bookbuild.project.places import place
from tiny_book import HEADER, TinyBook, cells, complaints


def test_mystnb_takes_the_client_of_the_cache_from_the_name_we_assign(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(execute, "NotebookClientCache", lambda *_, **__: "ours")
    (tmp_path / "page.md").write_text("# A page\n")
    config = NbParserConfig(execution_mode="cache")
    notebook = new_notebook(cells=[new_code_cell("1")])

    made = execute.create_client(notebook, str(tmp_path / "page.md"), config, None)

    assert made == "ours"


def test_mystnb_finds_our_renderer_among_its_plugins():
    assert load_renderer(PLUGIN) is Renderer
    assert "render_plugin" in inspect.getsource(sphinx_.Parser.parse)


@pytest.mark.parametrize(
    "method",
    [
        "render_text_html",
        "render_image",
        "render_javascript",
        "render_widget_view",
        "render_unhandled",
        "render_unhandled_inline",
        "render_stdout",
        "render_stderr",
        "render_error",
        "render_text_plain",
        "render_text_plain_inline",
        "_render_markdown_base",
        "render_nb_finalise",
        "render_mime_type",
    ],
)
def test_the_renderer_overrides_methods_that_there_are(method):
    assert method in vars(Renderer)
    assert callable(getattr(NbElementRenderer, method))


def test_the_pages_end_is_where_mystnb_calls_the_renderer_last():
    assert "render_nb_finalise" in inspect.getsource(sphinx_.MditRenderMixin)


def test_a_cell_that_is_none_is_still_a_directive_of_mystnb():
    assert issubclass(read.UnexpectedCellDirective, object)
    assert 'add_directive("code-cell"' in inspect.getsource(sphinx_setup)


def test_hidden_pieces_of_cells_are_still_nodes():
    assert issubclass(sphinx_.HideCodeCellNode, nodes.Element)
    assert callable(sphinx_.depart_HideCellInput)


def test_mystnb_counts_the_lines_of_a_notebooks_cells_from_where_we_do():
    notebook = new_notebook(cells=[new_markdown_cell("A"), new_markdown_cell("B")])
    parser = create_md_parser(MdParserConfig(), RendererHTML)

    tokens = notebook_to_tokens(notebook, parser, {}, None)

    [line] = {token.map[0] for token in tokens if token.content == "B"}
    assert place("one.ipynb", line + 1) == "one.ipynb: cell 2, line 1"


def test_a_glossary_in_markdown_has_a_state_whose_line_can_be_given():
    state = MockState.__new__(MockState)
    parameters = inspect.signature(MockState).parameters

    assert [*parameters] == ["renderer", "state_machine", "lineno"]
    assert "_renderer" in inspect.getsource(MockState.__init__)
    assert isinstance(state, MockState)


def test_the_contents_are_put_into_a_page_before_it_is_translated():
    assert issubclass(InsertToctrees, SphinxTransform)
    assert "default_priority" in vars(InsertToctrees)
    assert "InsertToctrees.default_priority = 5" in inspect.getsource(transforms.setup)
    assert Locale.default_priority > 5


def test_a_translation_is_parsed_as_a_source_with_a_name_of_its_own():
    assert "<translated>" in inspect.getsource(publish_msgstr)
    assert issubclass(transforms.WholePageParser, sphinx_.Parser)


def test_a_cell_has_the_options_that_we_translate():
    fields = NbParserConfig.__dataclass_fields__
    assert {"code_prompt_show", "code_prompt_hide"} <= fields.keys()
    assert fields["render_figure_options"].metadata["cell_key"] == "figure"
    assert fields["render_image_options"].metadata["cell_key"] == "image"
    assert 'cell_container["prompt_show"]' in inspect.getsource(render)


def test_nbclient_has_what_our_client_overrides_and_asks():
    assert inspect.iscoroutinefunction(NotebookClient.async_execute_cell)
    assert inspect.iscoroutinefunction(NotebookClient.async_wait_for_reply)
    assert callable(NotebookClient._cleanup_kernel)


def test_ipython_asks_its_compiler_for_the_name_of_a_cells_file():
    given = [*inspect.signature(CachingCompiler.get_code_name).parameters]

    assert given[-1] == "number"
    assert "self.get_code_name(" in inspect.getsource(CachingCompiler.cache)


def test_sphinx_keeps_its_translators_where_we_clear_them():
    assert isinstance(locale.translators, dict)


def test_the_search_in_portuguese_has_a_stemmer_to_wrap():
    assert issubclass(SearchPortuguese, SearchLanguage)
    assert "Stemmer" in inspect.getsource(IndexBuilder.get_js_stemmer_code)


# What follows builds small books, each with a way round our client or our renderer.

OPEN = 'display({"text/html": "<b onclick=alert()>x</b>"}, raw=True)'


def header(**settings):
    """A chapter's header with more of MyST-NB's settings."""
    lines = "".join(f"  {name}: {value}\n" for name, value in settings.items())
    return (
        HEADER.removesuffix("---\n\n").removesuffix("---\n")
        + f"mystnb:\n{lines}---\n\n"
    )


@pytest.fixture
def book(tmp_path):
    return TinyBook.make(tmp_path, {"one": cells(OPEN)})


def refused(book, why):
    """Whether a build publishes nothing, and says why."""
    ran = book.build()
    said = "\n".join(complaints(ran))
    return ran.returncode == 1 and why in said and not book.site.exists()


def test_a_page_that_asks_for_another_renderer_is_refused(book):
    book.chapter("one", cells(OPEN), header=header(render_plugin="default"))

    assert refused(book, "outputs were not cleaned")


def test_a_page_that_asks_for_another_way_to_run_its_cells_is_refused(book):
    book.chapter("one", cells("6 * 7"), header=header(execution_mode="force"))

    assert refused(book, "were not run by this build")


def test_a_page_is_refused_where_our_client_is_not_asked(book):
    cache = "src/bookbuild/execution/cache.py"
    book.replace(cache, "    execute.NotebookClientCache = ", "    execute.Another = ")

    assert refused(book, "were not run by this build")


def test_a_page_is_refused_where_our_renderer_is_not_asked(book):
    renderer = "    config.nb_render_plugin = PLUGIN"
    book.replace("src/bookbuild/execution/outputs.py", renderer, "    pass")

    assert refused(book, "outputs were not cleaned")


def test_an_output_of_another_page_is_refused(book):
    glue = 'from myst_nb import glue\nglue("answer", 42)'
    book.chapter("one", cells(glue))
    book.chapter("two", "It's {glue:any}`one.md::answer`.\n")
    book.contents("one", "two")

    assert refused(book, "book/two.md:")
