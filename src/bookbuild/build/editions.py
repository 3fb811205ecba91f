"""Build the pages of all editions; on Linux, several at the same time.

English comes first, because the chapters' cells run while its pages are read. The other
editions take the outputs from the cache. They're built in forks, which start together
with English, wait until it has been read, and read their pages while it's written.
"""

from __future__ import annotations

import sys
from multiprocessing import get_context

from bookbuild.build.run_sphinx import Build, Edited, build_edition
from bookbuild.project.editions import Edition


def build_editions(build: Build, *, fresh: bool) -> list[Edited]:
    """Build the pages of each edition, up to the first one with a problem."""
    build.log.flush()  # or else each fork would write the same again
    others = build.book.editions[1:] if sys.platform == "linux" else []
    forks = {edition: _Fork(build, edition, fresh=fresh) for edition in others}

    def let_others_read() -> None:
        for fork in forks.values():
            fork.let_read()

    every: list[Edited] = []
    try:
        for edition in build.book.editions:
            if fork := forks.get(edition):
                every.append(fork.result())
            else:
                every.append(
                    build_edition(build, edition, fresh=fresh, after=let_others_read)
                )
            build.progress.executed[edition.language] = every[-1].executed
            if every[-1].problems:
                break
        return every
    finally:
        for fork in forks.values():
            fork.end(now=not every or every[-1].interrupted)


class _Fork:
    """A process that builds an edition, but doesn't read its pages before it's let."""

    def __init__(self, build: Build, edition: Edition, *, fresh: bool) -> None:
        context = get_context("fork")
        self._build, self._edition, self._fresh = build, edition, fresh
        self._may_read, self._permit = context.Pipe(duplex=False)
        self._answer, self._send = context.Pipe(duplex=False)
        self._process = context.Process(target=self._run)
        self._process.start()
        self._may_read.close()
        self._send.close()

    def _run(self) -> None:
        self._permit.close()
        edited = build_edition(
            self._build, self._edition, fresh=self._fresh, before=self._wait
        )
        self._build.log.flush()
        self._send.send(edited)

    def _wait(self) -> None:
        try:
            self._may_read.recv()
        except EOFError:  # English has failed
            sys.exit()

    def let_read(self) -> None:
        """Let it read its pages."""
        self._permit.send(True)

    def result(self) -> Edited:
        """Wait for its end, and return what came of it."""
        try:
            edited: Edited = self._answer.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            edited = Edited([f"{self._edition.name}: its build ended with code {code}"])
        return edited

    def end(self, *, now: bool) -> None:
        """Wait for its end; if it must end `now`, interrupt it."""
        self._permit.close()
        if now:
            self._process.terminate()
        self._process.join()
