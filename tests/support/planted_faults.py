"""Plant bugs one at a time, and check that a test catches each of them.

All of them take about ten minutes; name areas or faults to try only these:

    python tests/support/planted_faults.py
    python tests/support/planted_faults.py claims freshness

Faults are planted in a copy of the checkout, so your files don't change. Each is then

- caught: its test fails;
- MISSED: its test passes, or no test has run;
- stale: the code to change isn't there, or its test is missing, skipped, or fails
  without the fault. Adapt the fault when you move or rewrite that code.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bookbuild.checks.trial import copy_tree

ROOT = Path(__file__).resolve().parents[2]
KEPT = (".jupyter_cache", "npm")  # of _build: no chapter runs again, nothing is fetched
RAN = re.compile(r"^(tests/.+?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b", re.M)


@dataclass(frozen=True)
class Fault:
    """A small change to the source code that makes the book or a tool misbehave."""

    name: str  # what goes wrong for its user
    file: str  # the path from the checkout's root
    old: str  # occurs exactly once in the file
    new: str
    test: str  # pytest's id of the test that must fail because of it


FAULTS: dict[str, tuple[Fault, ...]] = {
    "chapters": (
        Fault(
            "a measured time is typed into the prose",
            "book/see/one-program.md",
            "(one-program-threads)=",
            "It took 1.04 s.\n\n(one-program-threads)=",
            "tests/book/test_chapters.py::test_prose_gives_no_result_of_a_run",
        ),
        Fault(
            "a cell sends requests to another machine",
            "book/see/one-program.md",
            "(one-program-threads)=",
            "```{code-cell}\nio_heavy('https://example.org')\n```\n\n"
            "(one-program-threads)=",
            "tests/book/test_chapters.py"
            "::test_no_cell_reads_the_clock_of_the_day_or_leaves_this_machine",
        ),
    ),
    "claims": (
        Fault(
            "a number in the prose is a claim's bound and not what was measured",
            "src/bookbuild/claims/wording.py",
            'shown: str = evidence["in_prose"]',
            'return record["bound"]',
            "tests/builds/test_editions.py"
            "::test_a_verdict_and_a_value_in_prose_are_said_and_written_as_there",
        ),
        Fault(
            "a strict build publishes a claim that fails",
            "src/bookbuild/claims/domain.py",
            'if record["outcome"] == Outcome.FAILS',
            'if not record["outcome"]',
            "tests/bookbuild/claims/test_directives.py"
            "::test_a_strict_build_stops_at_each_claim_that_fails",
        ),
        Fault(
            "a claim that no cell checks is published",
            "src/bookbuild/claims/domain.py",
            "*_without(stated, checked, UNCHECKED),",
            "",
            "tests/bookbuild/claims/test_directives.py::test_each_mistake_in_claims_is_reported_once",
        ),
        Fault(
            "a page doesn't show the cell that checked a claim",
            "src/bookbuild/claims/folding.py",
            "    _write_cell(translator, node.cell)",
            "    _write_cell(translator, None)",
            "tests/bookbuild/claims/test_folding.py"
            "::test_a_cell_that_checks_a_claim_is_in_its_box_and_nowhere_else",
        ),
        Fault(
            "a cell in a box runs after cells that stand below it in the source",
            "src/bookbuild/theme/static/run.js",
            "order(one) - order(other)",
            "0",
            "tests/browser/test_folded.py::test_a_folded_cell_runs_in_its_turn",
        ),
        Fault(
            "a verdict doesn't say what the control found that decided it",
            "src/bookbuild/claims/wording.py",
            'return "; ".join([_numbers(record), *map(_control, record["controls"])])',
            "return _numbers(record)",
            "tests/bookbuild/claims/test_wording.py"
            "::test_a_line_says_the_outcome_and_what_decided_it",
        ),
    ),
    "ledger": (
        Fault(
            "the ledger shows the results of a build from other sources",
            "src/bookbuild/claims/interpreters.py",
            "if build[key] != now[key]",
            "if key not in build",
            "tests/bookbuild/claims/test_ledger.py"
            "::test_claims_made_from_other_sources_are_refused",
        ),
    ),
    "freshness": (
        Fault(
            "a chapter doesn't run again when a module that its modules import changes",
            "src/bookbuild/execution/dependencies.py",
            "waiting += _imported_in_turn(module, names, path, sources)",
            "",
            "tests/bookbuild/execution/test_dependencies.py"
            "::test_an_import_leads_to_all_that_is_imported_in_turn",
        ),
        Fault(
            "a chapter runs again when a module that it doesn't import changes",
            "src/bookbuild/execution/dependencies.py",
            "if origins.get(name, module) != module:",
            "if False:",
            "tests/bookbuild/execution/test_dependencies.py"
            "::test_a_name_passed_on_leads_only_to_where_it_comes_from",
        ),
        Fault(
            "old outputs stay when a file changes that a cell reads",
            "src/bookbuild/execution/cache.py",
            "if record.data.get(FILES, {}) != self._digests():",
            "if False:",
            "tests/bookbuild/execution/test_cache.py"
            "::test_a_file_that_cells_read_runs_them_again_when_it_changes",
        ),
    ),
    "swap": (
        Fault(
            "readers find no site while a new one is put in its place",
            "src/bookbuild/build/swap.py",
            "AT_FDCWD, RENAME_EXCHANGE = -100, 2",
            "AT_FDCWD, RENAME_EXCHANGE = -100, 1",
            "tests/bookbuild/execution/test_lock.py::test_two_folders_change_places_at_once",
        ),
    ),
    "leaks": (
        Fault(
            "a chapter that leaves shared memory behind is published",
            "src/bookbuild/execution/leaks.py",
            '*(f"shared memory, {name}" for name in self._blocks()),',
            "",
            "tests/bookbuild/execution/test_leaks.py"
            "::test_what_a_chapter_leaves_behind_is_a_failure",
        ),
        Fault(
            "a chapter isn't published because of a thread that a package keeps",
            "src/bookbuild/execution/leaks.py",
            "if not it.daemon or not is_kept(it)",
            "if it.name",
            "tests/bookbuild/execution/test_leaks.py"
            "::test_what_ends_with_the_kernel_is_no_leak",
        ),
    ),
    "editions": (
        Fault(
            "without JavaScript, the first page leads to no edition",
            "src/bookbuild/site/templates/index.html",
            '<ul class="editions">\n{%- for edition, _ in editions %}',
            '<ul class="editions">\n{%- for edition, _ in [] %}',
            "tests/builds/test_editions.py"
            "::test_the_front_leads_to_both_without_a_script",
        ),
        Fault(
            "every edition runs the cells once more",
            "src/bookbuild/execution/cache.py",
            'return f"{fingerprint(modules, root)}-{OUTPUTS_VERSION}"',
            "return fingerprint(modules, root) + self.app.config.language",
            "tests/builds/test_editions.py"
            "::test_cells_run_once_and_the_manifest_says_so",
        ),
        Fault(
            "the menu shows the header of a catalogue where it has no caption",
            "src/bookbuild/i18n/transforms.py",
            'if not contents.get("rawcaption"):',
            'if "rawcaption" not in contents:',
            "tests/builds/test_sources.py"
            "::test_the_menu_is_translated_and_has_no_caption_where_there_is_none",
        ),
    ),
    "policy": (
        Fault(
            "a script that got into a page runs",
            "src/bookbuild/web/csp.py",
            """"script-src": ["'self'", *map(_digest, scripts)],""",
            """"script-src": ["'self'", "'unsafe-inline'"],""",
            "tests/bookbuild/theme/test_layout.py::test_the_policy_forbids_what_it_does_not_name",
        ),
        Fault(
            "every page loads scripts of extensions that no page uses",
            "src/bookbuild/theme/layout.py",
            "for each in app.config.html_static_path if not isabs(each)",
            "for each in app.config.html_static_path",
            "tests/bookbuild/theme/test_layout.py"
            "::test_a_page_loads_a_few_scripts_and_no_style_sheet_but_the_books",
        ),
    ),
    "sanitizer": (
        Fault(
            "an output makes readers' browsers ask another site for a picture",
            "src/bookbuild/web/sanitize.py",
            r"(?![/\\]{2})[^:\x00-\x20]*",
            r"[^\x00-\x20]*",
            "tests/bookbuild/web/test_sanitize.py::test_a_picture_of_another_site_is_left_out",
        ),
        Fault(
            "a frame in the Markdown that a cell puts out gets into the page",
            "src/bookbuild/execution/outputs.py",
            "_clean_markdown(box, self.ids, self._place(data))",
            "pass",
            "tests/bookbuild/execution/test_outputs.py"
            "::test_what_is_left_out_stops_the_build_at_its_cell",
        ),
        Fault(
            "two drawings of a page use each other's colors",
            "src/bookbuild/web/sanitize.py",
            "self.taken.add(self.latest[name])",
            "pass",
            "tests/bookbuild/web/test_sanitize.py"
            "::test_two_drawings_that_use_one_name_keep_to_their_own_parts",
        ),
    ),
    "live": (
        Fault(
            "the token of the live server is empty",
            "src/bookbuild/live/kernels.py",
            "return secrets.token_urlsafe(24)",
            'return ""',
            "tests/bookbuild/live/test_kernels.py"
            "::test_tokens_are_long_and_each_start_has_another",
        ),
        Fault(
            "another site's page can start a kernel with the reader's cookie",
            "src/bookbuild/live/kernels.py",
            '"xsrf_cookies": True,',
            '"disable_check_xsrf": True,',
            "tests/bookbuild/live/test_kernels.py::test_a_cookie_alone_starts_nothing",
        ),
        Fault(
            "a site that gives its own name this machine's address gets an answer",
            "src/bookbuild/live/application.py",
            'if request.host.lower() not in self.settings["hosts"]:',
            "if not request.host:",
            "tests/bookbuild/live/test_application.py::test_a_request_for_another_name_is_refused",
        ),
    ),
    "accessibility": (
        Fault(
            "the colour of quiet text is too faint to be read",
            "src/bookbuild/theme/static/book.css",
            "--quiet: light-dark(#4f4d48, #b8b4ab);",
            "--quiet: light-dark(#8f8d88, #b8b4ab);",
            "tests/browser/test_specimen.py"
            "::test_every_page_is_without_a_fault[specimen-1280-light]",
        ),
        Fault(
            "the first link of a page doesn't skip to its text",
            "src/bookbuild/theme/templates/layout.html",
            '<a class="skip" href="#book_text">',
            '<a class="skip" href="#book_contents">',
            "tests/browser/test_specimen.py"
            "::test_every_page_is_without_a_fault[specimen-1280-light]",
        ),
        Fault(
            "on a phone, long lines of code make pages scroll sideways",
            "src/bookbuild/theme/static/book.css",
            "  margin: 0 0 1.3rem;\n  overflow-x: auto;",
            "  margin: 0 0 1.3rem;",
            "tests/browser/test_specimen.py"
            "::test_every_page_is_without_a_fault[specimen-360-light]",
        ),
    ),
    "notebooks": (
        Fault(
            "the notebook to be run has the book's outputs in it",
            "src/bookbuild/notebooks/notebook.py",
            "cell.update(outputs=[], execution_count=None)",
            "cell.update(execution_count=None)",
            "tests/bookbuild/notebooks/test_notebook.py"
            "::test_one_has_outputs_and_the_other_has_none",
        ),
        Fault(
            "a chapter that imports what readers of notebooks lack is published",
            "src/bookbuild/execution/kernel_env.py",
            "path = [str(hidden), str(",
            "path = [str(",
            "tests/bookbuild/execution/test_kernel_env.py"
            "::test_a_cell_that_imports_what_makes_the_book_fails_the_build",
        ),
    ),
    "binder": (
        Fault(
            "Binder runs the newest commit and not the release that the page is from",
            "src/bookbuild/theme/provenance.py",
            "quote(release or branch)",
            "quote(branch)",
            "tests/bookbuild/theme/test_provenance.py"
            "::test_a_released_fork_runs_its_tag_and_is_changed_on_its_branch",
        ),
    ),
    "pdf": (
        Fault(
            "what is folded on the screen can't be read on paper",
            "src/bookbuild/site/pdf.py",
            'details["open"] = ""',
            "pass",
            "tests/bookbuild/site/test_article.py::test_what_is_folded_is_open",
        ),
    ),
    "links": (
        Fault(
            "a link to a heading that is no longer there is published",
            "src/bookbuild/web/links.py",
            ' or anchor not in {"", *anchors}',
            "",
            "tests/builds/test_faults.py"
            "::test_a_link_is_dead_when_what_it_led_to_has_gone",
        ),
    ),
    "writers": (
        Fault(
            "a box that is never closed is reported as another page's or cell's fault",
            "src/bookbuild/build/preflight.py",
            "    fence = unclosed(text)\n",
            '    fence = unclosed("")\n',
            "tests/bookbuild/build/test_fences.py"
            "::test_a_build_is_told_of_the_page_and_its_line_before_any_cell_runs",
        ),
        Fault(
            "a mistake in a page is told after all other chapters have run",
            "src/bookbuild/execution/order.py",
            "return not (changed or docname in failed),",
            "return True,",
            "tests/builds/test_writing.py"
            "::test_a_changed_page_is_first_and_its_failure_is_said_at_once",
        ),
        Fault(
            "a sentence that nobody has translated is published without a word",
            "src/bookbuild/i18n/transforms.py",
            "len(found - known.keys())",
            "len(known.keys() - found)",
            "tests/builds/test_writing.py::test_a_build_says_how_much_is_not_translated",
        ),
        Fault(
            "a chapter breaks a rule, and its writer is not told which",
            "tests/book/test_chapters.py",
            "    if broken:\n        lines = [f",
            "    if not broken:\n        lines = [f",
            "tests/book/test_chapters.py::test_a_broken_rule_is_said_with_page_and_line",
        ),
    ),
    "preflight": (
        Fault(
            "a page that the contents don't have is silently left out of the book",
            "src/bookbuild/build/preflight.py",
            "if without_suffix(name) not in book.pages",
            "if not book.pages",
            "tests/builds/test_faults.py"
            "::test_a_page_that_the_contents_do_not_have_is_named",
        ),
        Fault(
            "a build begins without enough memory, and is killed later",
            "src/bookbuild/build/resources.py",
            "if free < MEMORY:",
            "if free < 0:",
            "tests/builds/test_preflight.py"
            "::test_too_little_memory_is_said_with_both_numbers",
        ),
    ),
    "failures": (
        Fault(
            "a page whose cell raised is published",
            "src/bookbuild/sphinxext.py",
            '*(why for page, why in reasons.items() if only in ("", page)),',
            "",
            "tests/builds/test_faults.py::test_a_failing_cell_fails_the_build",
        ),
        Fault(
            "a page whose cells never ran is published",
            "src/bookbuild/execution/failures.py",
            "if REFUSED in app.env.temp_data:",
            "if False:",
            "tests/builds/test_faults.py::test_a_cell_that_would_never_run_is_an_error",
        ),
    ),
    "seams": (
        Fault(
            "a page whose cells something else than our client ran is published",
            "src/bookbuild/execution/failures.py",
            "if chapter is None:",
            "if False:",
            "tests/bookbuild/test_seams.py::test_a_page_is_refused_where_our_client_is_not_asked",
        ),
        Fault(
            "a page whose outputs nothing has sanitized is published",
            "src/bookbuild/execution/failures.py",
            'return "" if app.env.temp_data.get(RENDERED) else',
            'return "" if True else',
            "tests/bookbuild/test_seams.py"
            "::test_a_page_is_refused_where_our_renderer_is_not_asked",
        ),
        Fault(
            "what a page pastes of another page's outputs isn't sanitized",
            "src/bookbuild/execution/outputs.py",
            'app.connect("doctree-read", _forbid_glue)',
            "pass",
            "tests/bookbuild/test_seams.py::test_an_output_of_another_page_is_refused",
        ),
    ),
    "i18n": (
        Fault(
            "an outdated translation is shown",
            "src/bookbuild/i18n/catalogs.py",
            "if message.id and message.string and not message.fuzzy",
            "if message.id and message.string",
            "tests/bookbuild/i18n/test_catalogs.py::test_sentences_are_those_that_are_translated",
        ),
        Fault(
            "a translation with another number than the English is accepted",
            "src/bookbuild/i18n/fidelity.py",
            "found += _numbers(plain(message), plain(translation), language)",
            "",
            "tests/bookbuild/i18n/test_fidelity.py::test_each_difference_is_found",
        ),
        Fault(
            "a sentence without a translation is accepted",
            "src/bookbuild/i18n/update.py",
            "elif not given[text].string:",
            "elif text not in wanted:",
            "tests/bookbuild/i18n/test_update.py"
            "::test_whatever_is_wrong_with_a_catalogue_is_told",
        ),
        Fault(
            "a search in Portuguese doesn't find a word that has accents",
            "src/bookbuild/i18n/search.py",
            "STEMS[word] = fold(super().stem(word))",
            "STEMS[word] = str(super().stem(word))",
            "tests/builds/test_editions.py"
            "::test_search_has_words_with_and_without_their_accents",
        ),
    ),
    "in-page": (
        Fault(
            "a cell that calls sys.exit ends the Python in the page",
            "src/bookbuild/pyodide/shell.py",
            "except BaseException as raised:  # SystemExit",
            "except Exception as raised:  # SystemExit",
            "tests/bookbuild/pyodide/test_shell.py::test_an_exit_ends_the_cell_and_nothing_else",
        ),
        Fault(
            "pages offer to run cells although the site has no Python",
            "src/bookbuild/theme/cells.py",
            "if config.bookbuild_python:",
            "if True:",
            "tests/bookbuild/pyodide/test_fetch.py"
            "::test_pages_say_where_it_is_as_long_as_there_is_one",
        ),
    ),
    "build": (
        Fault(
            "chapters are executed at the same time, and measure one another",
            "src/bookbuild/sphinxext.py",
            '"parallel_read_safe": False',
            '"parallel_read_safe": True',
            "tests/builds/test_pipeline.py"
            "::test_sphinx_is_told_that_chapters_run_one_at_a_time",
        ),
        Fault(
            "two builds at the same time write into the same folders",
            "src/bookbuild/execution/lock.py",
            "fcntl.LOCK_EX | fcntl.LOCK_NB",
            "fcntl.LOCK_SH | fcntl.LOCK_NB",
            "tests/bookbuild/execution/test_lock.py::test_a_lock_is_held_by_one",
        ),
        Fault(
            "a writer gets no site because of a warning",
            "src/bookbuild/build/pipeline.py",
            "if warnings and options.strict:",
            "if warnings:",
            "tests/builds/test_faults.py"
            "::test_a_warning_that_is_of_no_page_does_not_stop_an_ordinary_build",
        ),
    ),
    "environment": (
        Fault(
            "a changed lock is not installed",
            "src/bookbuild/project/venv.py",
            'path.read_bytes() if path.is_file() else b""',
            'path.name.encode() if path.is_file() else b""',
            "tests/bookbuild/project/test_venv.py"
            "::test_a_changed_lock_is_installed_again_into_the_same_environment",
        ),
    ),
    "versions": (
        Fault(
            "a package that isn't in the lock's version is not reported",
            "src/bookbuild/project/requirements.py",
            "if now not in before and",
            "if not now and",
            "tests/bookbuild/project/test_versions.py::test_a_difference_is_a_line",
        ),
    ),
    "bench": (
        Fault(
            "a value over its budget counts as kept",
            "src/bookbuild/bench/budgets.py",
            "else ours <= self.budget",
            "else True",
            "tests/bookbuild/bench/test_budgets.py::test_a_budget_is_kept_up_to_its_value",
        ),
    ),
    "paralelo": (
        Fault(
            "a claim whose interval straddles the bound is shown as holding",
            "src/paralelo/claims/check.py",
            "if self.low <= low and high <= self.high:",
            "if self.low <= high and low <= self.high:",
            "tests/paralelo/test_claims.py"
            "::test_a_ratio_around_the_bound_is_undecided_whatever_the_control",
        ),
        Fault(
            "a claim that could not be measured is shown as decided",
            "src/paralelo/claims/prerequisites.py",
            'return "no control", {}',
            "return None",
            "tests/paralelo/test_claims.py::test_a_limit_leaves_the_other_side_open",
        ),
        Fault(
            "a claim about Python 3.9 and later is not decided on 3.14",
            "src/paralelo/claims/prerequisites.py",
            "sys.version_info < since",
            "_dotted(sys.version_info[:2]) < _dotted(since)",
            "tests/paralelo/test_claims.py"
            "::test_the_least_version_counts_as_a_version_not_as_a_number",
        ),
        Fault(
            "threads return results in the order in which they finish",
            "src/paralelo/strategies.py",
            "return list(pool.map(call, items))",
            "from concurrent.futures import as_completed\n"
            "            futures = [pool.submit(call, item) for item in items]\n"
            "            return [future.result() for future in as_completed(futures)]",
            "tests/paralelo/test_strategies.py"
            "::test_the_results_come_in_the_items_order_whoever_is_done_first",
        ),
        Fault(
            "processes are forked from a program that has threads",
            "src/paralelo/strategies.py",
            "with ProcessPoolExecutor(self.workers, mp_context=context) as pool:",
            "with ProcessPoolExecutor(self.workers) as pool:",
            "tests/paralelo/test_strategies.py::test_the_processes_start_as_they_were_told_to",
        ),
        Fault(
            "a picture doesn't show how long the workers took to start",
            "src/paralelo/timelines/observe.py",
            "Interval(start - origin, end - origin,",
            "Interval(start - visits[0].start, end - visits[0].start,",
            "tests/paralelo/test_observe.py::test_time_is_counted_from_the_beginning_of_the_run",
        ),
        Fault(
            "simulated threads with a GIL compute at the same time",
            "src/paralelo/timelines/simulate.py",
            "return 1 if gil else cores or workers",
            "return cores or workers",
            "tests/paralelo/test_simulate.py::test_workers_with_one_gil_take_turns",
        ),
        Fault(
            "tasks that follow one another count as running at the same time",
            "src/paralelo/timelines/timeline.py",
            "for _, step in sorted(steps):",
            "for _, step in sorted(steps, key=lambda step: step[0]):",
            "tests/paralelo/test_timeline.py"
            "::test_an_interval_that_starts_when_another_ends_is_not_beside_it",
        ),
        Fault(
            "strategies that did different work are compared",
            "src/paralelo/measurement.py",
            "if same(results, expected):",
            "if len(results) == len(expected):",
            "tests/paralelo/test_measurement.py::test_strategies_with_other_results_are_refused",
        ),
        Fault(
            "Amdahl's law divides the wrong part of the time",
            "src/paralelo/laws.py",
            "(1 - part) + part / workers",
            "(1 - part) / workers + part",
            "tests/paralelo/test_laws.py::test_amdahl_divides_one_part_of_the_time",
        ),
        Fault(
            "the server forgets how many requests it had in flight",
            "src/paralelo/server.py",
            'counts["peak"] = max(counts["peak"], in_flight)',
            'counts["peak"] = in_flight',
            "tests/paralelo/test_server.py::test_the_peak_stays_when_the_crowd_is_gone",
        ),
        Fault(
            "the scripted race loses no addition",
            "src/paralelo/hazards.py",
            "counter.value = seen + 1",
            "counter.value += 1",
            "tests/paralelo/test_hazards.py::test_of_all_careless_additions_one_is_left",
        ),
        Fault(
            "a coroutine that fails beside a heartbeat seems to have run",
            "src/paralelo/heartbeats.py",
            "work.result()  # raises what the work raised",
            "pass",
            "tests/paralelo/test_heartbeats.py::test_an_error_beside_the_loop_s_heart_is_raised",
        ),
        Fault(
            "a screen reader is told nothing about a picture",
            "src/paralelo/pictures/figure.py",
            """<svg role="img" aria-label="{escape(text)}" width="100%" '""",
            """<svg role="img" width="100%" '""",
            "tests/paralelo/test_pictures.py"
            "::test_a_picture_is_one_image_that_says_what_it_shows",
        ),
        Fault(
            "a container's CPU quota is ignored",
            "src/paralelo/machine.py",
            "min(_scheduled_cores(), cpu_quota())",
            "_scheduled_cores()",
            "tests/paralelo/test_machine.py::test_a_part_of_a_core_counts_as_one",
        ),
        Fault(
            "a server's error page is taken for its answer",
            "src/paralelo/workloads.py",
            "response = requests.get(url, timeout=TIMEOUT)\n"
            "    response.raise_for_status()",
            "response = requests.get(url, timeout=TIMEOUT)",
            "tests/paralelo/test_workloads.py"
            "::test_an_error_of_the_server_is_an_error_of_the_task",
        ),
        Fault(
            "the checker accepts a downloader without a limit",
            "src/paralelo/exercises/chapter_event_loop.py",
            "if seen.peak > MOST:",
            "if seen.peak > PAGES:",
            "tests/book/test_exercises.py::TestDownloader::test_a_usual_slip_is_named",
        ),
        Fault(
            "what stands within a message stays in English in every edition",
            "src/paralelo/translatable.py",
            "return name, value.record()",
            "return name, str(value)",
            "tests/paralelo/test_translatable.py"
            "::test_its_record_is_json_and_has_what_the_text_was_made_of",
        ),
        Fault(
            "each worker process imports asyncio when it starts",
            "src/paralelo/__init__.py",
            "from importlib import import_module",
            "import asyncio\nfrom importlib import import_module",
            "tests/bookbuild/test_layers.py::test_importing_the_package_is_light",
        ),
    ),
}


def main(arguments: Sequence[str]) -> int:
    """Try all faults, or those named or in the areas named; 1 unless all are caught."""
    chosen = [
        (area, fault)
        for area, faults in FAULTS.items()
        for fault in faults
        if not arguments or {area, fault.name} & {*arguments}
    ]
    known = {name for area, fault in chosen for name in (area, fault.name)}
    if unknown := {*arguments} - known:
        areas = ", ".join(FAULTS)
        raise SystemExit(f"no area or fault named {min(unknown)!r}; areas: {areas}")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder).resolve() / "copy"
        copy_checkout(copy)
        sound = passing({fault.test for _, fault in chosen}, copy)
        caught = [_report(area, fault, copy, sound) for area, fault in chosen]
    print(f"{sum(caught)} of {len(caught)} faults are caught")
    return 0 if all(caught) else 1


def _report(area: str, fault: Fault, copy: Path, sound: Collection[str]) -> bool:
    began = time.monotonic()
    outcome = attempt(fault, copy) if fault.test in sound else "stale"
    seconds = time.monotonic() - began
    print(f"{outcome:7}{seconds:4.0f} s  {area}: {fault.name}", flush=True)
    return outcome == "caught"


def copy_checkout(copy: Path) -> None:
    """Copy the files that git knows or would know, and the outputs of chapters."""
    copy_tree(ROOT, copy)
    for path in (path for pattern in KEPT for path in ROOT.glob(f"_build/{pattern}")):
        shutil.copytree(path, copy / "_build" / path.name)


def passing(tests: Collection[str], copy: Path) -> set[str]:
    """Run these tests without a fault; return those that pass and aren't skipped."""
    there = sorted(test for test in tests if is_defined(test, copy))
    if not there:  # pytest would run every test
        return set()
    print(f"running {len(there)} tests without a fault", flush=True)
    ran = run_tests(copy, "-v", *there)
    if ran.returncode > 1:  # it didn't run them
        raise SystemExit(ran.stdout + ran.stderr)
    outcomes: dict[str, set[str]] = {test: set() for test in there}
    for name, outcome in RAN.findall(ran.stdout):
        for test in {name, name.partition("[")[0]} & outcomes.keys():
            outcomes[test].add(outcome)
    return {test for test, found in outcomes.items() if found == {"PASSED"}}


def is_defined(test: str, root: Path) -> bool:
    """Return whether the file has a test function of this name."""
    file, *_, name = test.partition("[")[0].split("::")
    path = root / file
    return path.is_file() and f"def {name}(" in path.read_text("utf8")


def occurrences(fault: Fault, root: Path) -> int:
    """Count how often the code to change occurs in the fault's file."""
    path = root / fault.file
    return path.read_text("utf8").count(fault.old) if path.is_file() else 0


def attempt(fault: Fault, copy: Path) -> str:
    """Plant a fault, run its test, and return the outcome."""
    if occurrences(fault, copy) != 1:
        return "stale"
    with planted(fault, copy):
        status = run_tests(copy, "-x", fault.test).returncode
    return "caught" if status == 1 else "MISSED"  # from 2 on, no test has run


@contextmanager
def planted(fault: Fault, copy: Path) -> Iterator[None]:
    """Change the fault's file in the copy while the block runs, then restore it."""
    path = copy / fault.file
    sound = path.read_bytes()
    try:
        path.write_bytes(sound.replace(fault.old.encode(), fault.new.encode()))
        yield
    finally:
        path.write_bytes(sound)


def run_tests(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in the copy, with the copy's code."""
    # Python would use the bytecode of a source with the same size and second of change.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = str(copy / "src")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf8",
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
