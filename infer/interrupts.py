"""Ctrl-C at the right moment: labelling stops at once, an article that is being written is written to its end.

Without it an interrupt between two files would leave an article in one and not in the other.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Self


class Interrupts:
    """Holds interrupts back where asked; a context manager, without effect outside the main thread.

    An interrupt is raised once, and again behind the next block that holds them back; who presses twice while the first is
    obeyed does no harm.
    """

    def __init__(self) -> None:
        self._holding = False
        self._waiting = False
        self._previous: Callable[[int, FrameType | None], Any] | int | None = None

    def __enter__(self) -> Self:
        # only the main thread may set handlers, and only it is ever interrupted
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Until the block ends no interrupt is raised; one that came meanwhile is raised then."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._waiting:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """Raise none any more: what is left to do is short."""
        self._holding = True

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        first, self._waiting = not self._waiting, True
        if first and not self._holding:
            raise KeyboardInterrupt
