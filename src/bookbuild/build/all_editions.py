"""Build the pages of all editions; on Linux, several at the same time.

The chapters' cells run while the English pages are read. The other editions, which take
the outputs from the cache, are built in forks. A fork that misses outputs waits until
all English pages have been read. If a cell failed then, its edition isn't built.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from multiprocessing import get_context

from bookbuild.build.progress import Progress
from bookbuild.build.run_sphinx import Build, Edited, build_edition
from bookbuild.project.editions import ENGLISH, Edition

AT_ONCE = sys.platform == "linux"


class Editions:
    """Builds the pages of all editions; close it at the end."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._english: Iterator[Edited] | None = None
        self._forks: list[_Fork] = []
        self._idle = True

    def build(self, *, fresh: bool) -> list[Edited]:
        """Build the pages of each edition, up to the first one with a problem.

        On Linux, that's quicker the next time, in which nothing but the text of pages
        may have changed. If `fresh`, every page is read and written.
        """
        if not AT_ONCE:
            return self._one_by_one(fresh=fresh)
        if fresh or not self._english:
            self.close()
            self._build.log.flush()  # or else each fork would write the same again
            others = self._build.book.editions[1:]
            self._forks = [_Fork(self._build, each, fresh) for each in others]
            self._english = build_edition(
                self._build, ENGLISH, fresh=fresh, read=self._end_reading
            )
        else:
            for fork in self._forks:
                fork.go_on()
        self._idle, self._ran_well = False, False
        every = [next(self._english)]
        if not every[0].problems and not self._ran_well:  # a page that isn't asked for
            self._end_reading()
        if self._ran_well and not every[0].interrupted:
            every += [fork.result() for fork in self._forks]
        self._idle = not every[0].interrupted
        return _up_to_a_problem(every)

    def _one_by_one(self, *, fresh: bool) -> list[Edited]:
        editions = self._build.book.editions
        builds = (build_edition(self._build, each, fresh=fresh) for each in editions)
        return _up_to_a_problem(next(each) for each in builds)

    def _end_reading(self) -> None:
        self._ran_well = True
        for fork in self._forks:
            fork.go_on()

    def close(self) -> None:
        """End it; if it was interrupted, at once."""
        for fork in self._forks:  # all of them before the first is waited for, since a
            fork.stop(now=not self._idle)  # fork has the earlier ones' pipes open, too
        for fork in self._forks:
            fork.join()
        self._forks, self._english = [], None


def collect_and_freeze() -> None:
    """Collect garbage now, and exempt all that stays from later collections.

    In the next build, they would take a third of the time.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _up_to_a_problem(every: Iterable[Edited]) -> list[Edited]:
    found = []
    for edited in every:
        found.append(edited)
        if edited.problems:
            break
    return found


class _Fork:
    """A process that builds an edition, and prints nothing while English does.

    It waits until it's told to go on: before each build but the first, and in a build,
    if outputs are missing, until English has been read.
    """

    def __init__(self, build: Build, edition: Edition, fresh: bool) -> None:
        context = get_context("fork")
        self._build, self._edition, self._fresh = build, edition, fresh
        self._orders, self._order = context.Pipe(duplex=False)
        self._answers, self._answer = context.Pipe(duplex=False)
        self._process = context.Process(target=self._run)
        self._process.start()
        self._orders.close()
        self._answer.close()

    def _run(self) -> None:
        self._order.close()
        said = io.StringIO()
        build = replace(self._build, progress=Progress(said))
        self._english_is_read = False
        for edited in build_edition(
            build, self._edition, fresh=self._fresh, missing=self._wait_for_english
        ):
            build.log.flush()
            self._answer.send((edited, said.getvalue()))
            said.seek(said.truncate(0))
            if self._build.options.served:
                collect_and_freeze()
            self._wait_for_english()
            self._english_is_read = False
            self._wait()

    def _wait_for_english(self) -> None:
        if not self._english_is_read:
            self._wait()
        self._english_is_read = True

    def _wait(self) -> None:
        try:
            self._orders.recv()
        except EOFError:
            sys.exit()

    def go_on(self) -> None:
        """Tell it that English has been read, or let it build again."""
        self._order.send(True)

    def result(self) -> Edited:
        """Wait for the end of a build, and return what came of it."""
        edited: Edited
        try:
            edited, said = self._answers.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            return Edited([f"{self._edition.name}: its build ended with code {code}"])
        print(said, end="", file=self._build.progress.to, flush=True)
        self._build.progress.executed[self._edition.language] = edited.executed
        return edited

    def stop(self, *, now: bool) -> None:
        """Let it end when it waits, or `now`."""
        self._order.close()
        if now:
            self._process.terminate()

    def join(self) -> None:
        """Wait for its end."""
        self._process.join()
