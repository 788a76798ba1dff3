"""A results folder: who may write to it, what it holds, and how a part or the end of a run comes into it.

Nothing in it is ever half: a file gets its name once it is whole. So a run may be stopped at any moment, by a power cut as
well, and the same command goes on behind the last part that was finished.
"""

import json
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from zawiya.corpus import article_from_json
from zawiya.errors import ZawiyaError
from zawiya.reading import Ids
from zawiya.records import Article
from zawiya.taxonomy import Actor

from .layout import (
    KEY_FILE,
    LEDGER,
    LOCK,
    RUN_FILE,
    SHEETS,
    SHEETS_FILE,
    TABLES,
    UNFINISHED,
    clear,
    part_file,
    part_files,
    part_name,
    put_in_place,
    remove_part,
    settle_on_disk,
    sheet_file,
    unfinished_files,
)
from .ledger import Entry, Ledger, Part
from .sheets import write_sheet
from .summary import Tally
from .tables import sentence_schema, stance_schema
from .writers import COMPRESSION, PartWriter

#: Of what labels depend on, the parts that need more than their name to be understood.
_MEANT = {"taxonomy": "the actor list (by its fingerprint)", "model": "the model (by its fingerprint)"}


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """See that results may be written to a folder.

    :raises ZawiyaError: when it is no folder, or holds something else than results and may not be overwritten.
    """
    if folder.exists() and not folder.is_dir():
        raise ZawiyaError(f"{folder}: expected a folder for the results, found a file; name another with --out")
    if overwrite or not folder.exists() or (folder / LEDGER / KEY_FILE).exists():
        return
    with writing(folder):
        # a run that was stopped as it began leaves folders with nothing in them
        bare = {LOCK, UNFINISHED, *(name for name in (LEDGER, *TABLES) if not any((folder / name).glob("*")))}
        held = sorted(path.name for path in folder.iterdir() if path.name not in bare)
    if held:
        shown = ", ".join(held[:3]) + (", …" if len(held) > 3 else "")
        raise ZawiyaError(
            f"{folder}: expected an empty folder or one with results of this version, found {shown}; "
            "name another with --out, or pass --overwrite to put results beside it"
        )


class ResultFolder:
    """Where labelled articles are written; a context manager, held by one run at a time.

    :param key: everything that the labels depend on beside the articles, as plain values.
    :param frames: of the model, each a column of the sentences table.
    :param actors: the actor list by id.
    :param row_group: rows held in memory before they are written.
    :param overwrite: forget the results that the folder holds, and begin anew.
    """

    def __init__(
        self,
        folder: Path,
        *,
        key: Mapping[str, Any],
        frames: Sequence[str],
        actors: Mapping[str, Actor],
        row_group: int,
        overwrite: bool = False,
    ) -> None:
        self._folder = folder
        self._key = dict(key)
        self._frames = tuple(frames)
        self._actors = actors
        self._row_group = row_group
        self._overwrite = overwrite
        self._lock = FileLock(folder / LOCK, timeout=0)
        self._part: PartWriter | None = None
        self._again: Counter[str] = Counter()
        self._read: tuple[int, list[dict[str, Any]]] | None = None
        self.ledger = Ledger()

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    def __enter__(self) -> Self:
        check_folder(self._folder, overwrite=self._overwrite)
        self._made = not self._folder.exists()
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout:
                raise ZawiyaError(
                    f"{self._folder}: another run is writing to this folder; wait for it, or name another with --out"
                ) from None
            try:
                self._open()
            except BaseException:
                self._leave()
                raise
        return self

    def _open(self) -> None:
        if self._overwrite:
            clear(self._folder)
        shutil.rmtree(self._folder / UNFINISHED, ignore_errors=True)
        begun = bool(part_files(self._folder, LEDGER))
        if begun:
            self._check_key()
        for name in (*TABLES, LEDGER, UNFINISHED):
            (self._folder / name).mkdir(exist_ok=True)
        settle_on_disk(self._folder)
        if not begun:
            self._write_json(self._folder / LEDGER / KEY_FILE, self._key)
        self.ledger = Ledger.load(self._folder)
        for table in TABLES:
            files = part_files(self._folder, table)
            for number in files.keys() - self.ledger.parts.keys():
                files[number].unlink()
            for number in self.ledger.parts.keys() - files.keys():
                raise _damaged(part_file(self._folder, table, number), "no file")

    def _check_key(self) -> None:
        path = self._folder / LEDGER / KEY_FILE
        try:
            found = dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ZawiyaError(
                f"{path}: expected what the labels of the folder depend on, found something else ({error}); "
                "restore the file, or pass --overwrite to begin anew"
            ) from error
        differing = sorted(name for name in {*found, *self._key} if found.get(name) != self._key.get(name))
        if differing:
            said = "; ".join(
                f"{_MEANT.get(name, name)} was {found.get(name)!r} and is {self._key.get(name)!r}" for name in differing
            )
            raise ZawiyaError(
                f"{self._folder}: its articles were labelled in another way, and results of both would be mixed: {said}. "
                "Name another folder with --out, or pass --overwrite to label all of them anew"
            )

    def _write_json(self, path: Path, values: Mapping[str, Any]) -> None:
        unfinished = self._folder / UNFINISHED / path.name
        unfinished.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        put_in_place(unfinished, path)

    def __exit__(self, *_: object) -> None:
        if self._part is not None:
            # closing may fail for the reason that ended the run, which is the one to be told
            with suppress(OSError):
                self._part.abandon()
        self._leave()

    def _leave(self) -> None:
        """Let go of the folder; one that this run made and left empty goes with it."""
        shutil.rmtree(self._folder / UNFINISHED, ignore_errors=True)
        empty = not part_files(self._folder, LEDGER) and not (self._folder / RUN_FILE).exists()
        if self._made and empty:
            with suppress(OSError):
                clear(self._folder)
                # while it is held, so that it is never taken from a run that begins just now
                (self._folder / LOCK).unlink(missing_ok=True)
                self._folder.rmdir()
        self._lock.release()

    def ids(self) -> Ids:
        """The ids that articles of the folder have."""
        found: Counter[str] = Counter()
        for number in self.ledger.parts:
            found.update(row["article_id"] for row in self._articles(number))
        # a source that a run was stopped upon has them twice, as it was and as it is
        self._again = Counter({taken: count - 1 for taken, count in found.items() if count > 1})
        return Ids(dict.fromkeys(found, 1))

    def ids_of(self, source: str, digest: str = "") -> list[str]:
        """The ids that become free when a source's articles go; to be asked once for each source.

        :param digest: a state of the source whose articles stay.
        """
        this = _Staying(set(), {source})
        parts = {number for number, entry in self.ledger.places(source) if entry.digest != digest}
        going = [row["article_id"] for number in parts for row in self._articles(number) if not this(row["source"])]
        free = []
        for taken in going:
            if self._again[taken]:
                self._again[taken] -= 1
            else:
                free.append(taken)
        return free

    def _articles(self, number: int) -> list[dict[str, Any]]:
        """Id and source of the articles of a part."""
        # the one read last is kept: changed sources follow each other in the order in which they were written
        if self._read is None or self._read[0] != number:
            columns = ["article_id", "source"]
            path = part_file(self._folder, "sentences", number)
            with writing(self._folder), reading_part(path):
                self._read = number, pq.read_table(path, columns=columns).group_by(columns).aggregate([]).to_pylist()
        return self._read[1]

    def write(self, articles: Iterable[Article]) -> None:
        """Add labelled articles to the part that is being written."""
        with writing(self._folder):
            if self._part is None:
                self._part = self._new_part()
            for article in articles:
                self._part.write(article)

    def _new_part(self) -> PartWriter:
        return PartWriter(
            unfinished_files(self._folder, part_name(self.ledger.next_number)),
            frames=self._frames,
            actors=self._actors,
            row_group=self._row_group,
        )

    def commit(self, entries: Sequence[Entry], tally: Tally) -> None:
        """Finish the part that is being written: from now on it counts.

        :param entries: how far the sources were read that it was made from.
        """
        with writing(self._folder):
            writer = self._part or self._new_part()
            writer.close()
            self._part = None
            self._admit(writer.files, Part(self.ledger.next_number, tuple(entries), tally))

    def admit(self, files: Mapping[str, Path], entries: Sequence[Entry], tally: Tally) -> None:
        """Take in a part that a worker has written: from now on it counts.

        :param files: of the part, in the folder for what is unfinished, by the name of their table.
        :param entries: how far the sources were read that it was made from.
        """
        with writing(self._folder):
            self._admit(files, Part(self.ledger.next_number, tuple(entries), tally))

    def _admit(self, files: Mapping[str, Path], part: Part) -> None:
        """Give the files of a part their names, the one in the ledger last."""
        for table, path in files.items():
            put_in_place(path, part_file(self._folder, table, part.number))
        self._sheets_are_old()
        part.save(self._folder)
        self.ledger.add(part)
        if part.replaces is not None:
            self._remove(part.replaces)

    def _remove(self, number: int) -> None:
        self._sheets_are_old()
        remove_part(self._folder, number)
        self.ledger.remove(number)
        self._read = None

    def _sheets_are_old(self) -> None:
        path = self._folder / LEDGER / SHEETS_FILE
        if path.exists():
            path.unlink()
            settle_on_disk(path.parent)

    def drop(self, stale: Mapping[int, Collection[str]]) -> None:
        """Take what is out of date out of the parts that hold it, each of which is written anew without it.

        :param stale: for each part the sources whose rows go.
        """
        with writing(self._folder):
            for number, sources in sorted(stale.items()):
                old = self.ledger.parts[number]
                entries = tuple(entry for entry in old.entries if entry.source not in sources)
                if not entries:
                    self._remove(number)
                    continue
                files = unfinished_files(self._folder, part_name(self.ledger.next_number))
                tally = self._copy(old, files, _Staying({entry.source for entry in entries}, sources))
                self._admit(files, Part(self.ledger.next_number, entries, tally, replaces=number))

    def _copy(self, old: Part, files: Mapping[str, Path], staying: "_Staying") -> Tally:
        """Write what stays of a part, and count it."""
        tally = Tally(skipped=[found for found in old.tally.skipped if staying(found.source)])
        path = part_file(self._folder, "articles", old.number)
        with (
            reading_part(path),
            path.open(encoding="utf-8", newline="\n") as lines,
            files["articles"].open("w", encoding="utf-8", newline="\n") as articles,
        ):
            for line in lines:
                article = article_from_json(json.loads(line))
                if staying(article.source):
                    articles.write(line)
                    tally.add(article)
        for table in ("sentences", "stances"):
            path = part_file(self._folder, table, old.number)
            with (
                reading_part(path),
                pq.ParquetFile(path) as source,
                pq.ParquetWriter(files[table], source.schema_arrow, compression=COMPRESSION) as writer,
            ):
                for batch in source.iter_batches():
                    stays = pa.array(map(staying, batch.column("source").to_pylist()), pa.bool_())
                    writer.write_batch(batch.filter(stays))
        return tally

    def finish(self, run: Mapping[str, Any]) -> None:
        """Write the tables for spreadsheets, and ``run.json``.

        :param run: contents of ``run.json``.
        """
        with writing(self._folder):
            if not self._sheets_stand():
                schemas = {"sentences": sentence_schema(self._frames), "stances": stance_schema()}
                stand = {table: self._write_sheet(table, schemas[table]) for table in SHEETS}
                self._write_json(self._folder / LEDGER / SHEETS_FILE, stand)
            self._write_json(self._folder / RUN_FILE, run)

    def _sheets_stand(self) -> bool:
        """Whether the tables for spreadsheets are those of the parts."""
        try:
            stand = json.loads((self._folder / LEDGER / SHEETS_FILE).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return False
        return bool(stand == {table: sheet_file(self._folder, table).exists() for table in SHEETS})

    def _write_sheet(self, table: str, schema: pa.Schema) -> bool:
        """Write a table as CSV; where it has too many rows for that, remove the file that stands there."""
        parts = [part_file(self._folder, table, number) for number in sorted(self.ledger.parts)]
        path = sheet_file(self._folder, table)
        unfinished = self._folder / UNFINISHED / path.name
        with reading_part(self._folder / table):
            written = write_sheet(parts, schema, unfinished)
        if written:
            put_in_place(unfinished, path)
        else:
            path.unlink(missing_ok=True)
        return written


@dataclass(frozen=True, slots=True)
class _Staying:
    """Which of a part's rows stay when some of its sources go."""

    kept: Collection[str]
    dropped: Collection[str]

    def __call__(self, source: str | None) -> bool:
        # the records of a file of many are called after it, with their numbers
        return source in self.kept or not {source, (source or "").rpartition("#")[0]} & {*self.dropped}


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a system's refusal to write into a message.

    :raises ZawiyaError: when something cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise ZawiyaError(
            f"{folder}: the results cannot be written there ({error}); make room and give the same command again, "
            "which goes on where it was, or name another folder with --out"
        ) from error


@contextmanager
def reading_part(path: Path) -> Iterator[None]:
    """Turn a part that is not what was written into a message.

    :raises ZawiyaError: when what is there is no part.
    """
    try:
        yield
    except (pa.ArrowException, FileNotFoundError, ValueError) as error:
        raise _damaged(path, repr(error)) from error
    except OSError as error:
        # Arrow has these for bytes that do not fit, the system those with a number
        if error.errno is None:
            raise _damaged(path, repr(error)) from error
        raise


def _damaged(path: Path, found: str) -> ZawiyaError:
    return ZawiyaError(
        f"{path}: expected a part of the results, found something else ({found}); "
        "restore it from a copy, or pass --overwrite to label everything anew"
    )
