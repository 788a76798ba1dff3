"""The errors that a user can cause, told apart from the program's own faults.

One class is enough: callers either show the message and stop, or skip the input it names.
"""

from collections.abc import Sequence

#: Exit status for wrong use: a bad option, path, config, actor list or model.
MISUSE = 2
#: Exit status of a command that was interrupted, as a shell has it.
INTERRUPTED = 130


class ZawiyaError(Exception):
    """A mistake that the user can repair; its text says what was expected, what was found and what to do."""


class FaultsError(ZawiyaError):
    """Every fault of one file at once, so that it is repaired in one go.

    :param source: the file or object that is at fault.
    :param faults: one line a fault, each with its place and its repair.
    """

    def __init__(self, source: str, faults: Sequence[str]) -> None:
        self.source = source
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        count = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__(f"{source}: {count}\n{lines}")
