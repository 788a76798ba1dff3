"""What a results folder holds and where it came from: one small JSON file for each part.

The list is never rewritten, only added to, so that no moment exists in which it is half a list. Held in memory it takes
about 300 bytes for each source.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from zawiya.errors import ZawiyaError

from .layout import LEDGER, UNFINISHED, part_file, part_files, put_in_place, remove_part
from .summary import Tally

#: Raised by one whenever a ledger of the older layout could be misread.
LEDGER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """How far one source was read in a part.

    :param source: its name.
    :param digest: of its bytes.
    :param until: articles and skipped records of it that were had when the part ended, those of earlier parts included.
    :param complete: whether the source ended there.
    """

    source: str
    digest: str
    until: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the results.

    :param number: it goes by.
    :param entries: the sources that it was made from.
    :param tally: what it holds.
    :param replaces: the part that it stands in the place of, None where there is none.
    """

    number: int
    entries: tuple[Entry, ...]
    tally: Tally
    replaces: int | None = None

    def save(self, folder: Path) -> None:
        """Write the part into the ledger, with which it counts."""
        values = {
            "version": LEDGER_VERSION,
            "replaces": self.replaces,
            "entries": [asdict(entry) for entry in self.entries],
            "tally": self.tally.as_json(),
        }
        path = part_file(folder, LEDGER, self.number)
        unfinished = folder / UNFINISHED / path.name
        unfinished.write_text(json.dumps(values, ensure_ascii=False) + "\n", encoding="utf-8")
        put_in_place(unfinished, path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a part's file in the ledger.

        :raises ZawiyaError: when it is no such file.
        """
        try:
            values: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            version = values["version"]
            if version != LEDGER_VERSION:
                raise ZawiyaError(
                    f"{path}: expected version {LEDGER_VERSION}, found {version!r}; "
                    "go on with the version of zawiya that began the run, or pass --overwrite to begin anew"
                )
            entries = tuple(Entry(**entry) for entry in values["entries"])
            return cls(int(path.stem), entries, Tally.from_json(values["tally"]), values["replaces"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ZawiyaError(
                f"{path}: expected a part of the ledger, found something else ({error!r}); "
                "restore the file, or pass --overwrite to begin anew"
            ) from error


@dataclass(slots=True)
class Ledger:
    """The parts of a results folder, and what they say about each source."""

    parts: dict[int, Part] = field(default_factory=dict)
    _places: dict[str, list[tuple[int, Entry]]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The ledger of a folder; parts that others have replaced are removed on the way.

        :raises ZawiyaError: when a file of it cannot be read.
        """
        ledger = cls()
        for part, counts in _parts(folder):
            if counts:
                ledger.add(part)
            else:
                remove_part(folder, part.number)
        return ledger

    def add(self, part: Part) -> None:
        """Add a part that is in the folder."""
        self.parts[part.number] = part
        for entry in part.entries:
            self._places.setdefault(entry.source, []).append((part.number, entry))

    def remove(self, number: int) -> None:
        """Forget a part that is no longer in the folder."""
        for entry in self.parts.pop(number).entries:
            kept = [place for place in self._places[entry.source] if place[0] != number]
            if kept:
                self._places[entry.source] = kept
            else:
                del self._places[entry.source]

    @property
    def next_number(self) -> int:
        """The number of the next part."""
        return max(self.parts, default=0) + 1

    def sources(self) -> Iterator[str]:
        """The names of all sources."""
        return iter(self._places)

    def latest(self, source: str) -> str | None:
        """The state in which a source was read last; None for one that never was."""
        # parts that are written anew hold nothing that is out of date, so the last part has it whatever its age
        return max(self.places(source), key=lambda place: place[0])[1].digest if source in self._places else None

    def reached(self, source: str, digest: str) -> Entry | None:
        """How far a source was read in a state; None where it never was."""
        entries = [entry for _, entry in self.places(source) if entry.digest == digest]
        # by what was had, for a part that was written anew has a late number and may hold the beginning
        return max(entries, key=lambda entry: (entry.until, entry.complete), default=None)

    def places(self, source: str) -> list[tuple[int, Entry]]:
        """The parts that hold something of a source, with what they hold."""
        return list(self._places.get(source, ()))

    def tally(self) -> Tally:
        """What all parts hold together."""
        total = Tally()
        for number in sorted(self.parts):
            total.include(self.parts[number].tally)
        return total


def parts_that_count(folder: Path) -> list[Part]:
    """The parts of a folder's results in their order; nothing in the folder is touched, so a run may be at work there.

    :raises ZawiyaError: when a file of the ledger cannot be read.
    """
    return [part for part, counts in _parts(folder) if counts]


def _parts(folder: Path) -> list[tuple[Part, bool]]:
    """Every part of the ledger, and whether it counts: others stand in the place of those that do not."""
    parts = [Part.load(path) for path in part_files(folder, LEDGER).values()]
    replaced = {part.replaces for part in parts}
    return [(part, part.number not in replaced) for part in parts]
