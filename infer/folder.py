"""The folder of a run's results: written under ``.unfinished/``, and moved to the right names once all is there.

The sub-folder is made, never shared, so it tells a second run that a first one is at work. The price is that a run
that was killed outright leaves it behind, and the next one has to be told ``--overwrite``.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from zawiya.corpus import dumps
from zawiya.errors import ZawiyaError
from zawiya.records import Article
from zawiya.taxonomy import Actor

from .tables import sentence_rows, sentence_schema, stance_rows, stance_schema
from .writers import TableWriter

UNFINISHED = ".unfinished"
RUN_FILE = "run.json"
#: In the order they take their names; ``run.json`` comes after them, so where it stands the others are complete.
RESULTS = ("articles.jsonl", "sentences.parquet", "sentences.csv", "stances.parquet", "stances.csv")


def check_folder(folder: Path, *, overwrite: bool) -> None:
    """See that results may be written to a folder.

    :raises ZawiyaError: when it is no folder, or holds something already and may not be overwritten.
    """
    if folder.exists() and not folder.is_dir():
        raise ZawiyaError(f"{folder}: expected a folder for the results, found a file; name another with --out")
    if overwrite or not folder.exists():
        return
    with _writing(folder):
        held = sorted(path.name for path in folder.iterdir())
    if held == [UNFINISHED]:
        raise ZawiyaError(
            f"{folder}: holds {UNFINISHED}/ of a run that is at work or was killed; "
            "wait for it, or pass --overwrite to begin anew"
        )
    if held:
        shown = ", ".join(held[:3]) + (", …" if len(held) > 3 else "")
        raise ZawiyaError(
            f"{folder}: expected an empty folder for the results, found {shown}; "
            "name another with --out, or pass --overwrite to replace the results in it"
        )


class ResultFolder:
    """Where labelled articles are written; a context manager that leaves nothing half-written behind.

    :param frames: of the model, each a column of the sentences table.
    :param actors: the actor list by id.
    :param row_group: rows held in memory before they are written.
    :param overwrite: replace the results that the folder holds.
    """

    def __init__(
        self,
        folder: Path,
        *,
        frames: Sequence[str],
        actors: Mapping[str, Actor],
        row_group: int,
        overwrite: bool = False,
    ) -> None:
        self._folder = folder
        self._unfinished = folder / UNFINISHED
        self._frames = tuple(frames)
        self._actors = actors
        self._row_group = row_group
        self._overwrite = overwrite

    def __enter__(self) -> Self:
        check_folder(self._folder, overwrite=self._overwrite)
        self._made = not self._folder.exists()
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._overwrite:
                shutil.rmtree(self._unfinished, ignore_errors=True)
            self._unfinished.mkdir()
            try:
                self._open()
            except (OSError, KeyboardInterrupt):
                self._discard()
                raise
        return self

    def _open(self) -> None:
        self._articles = (self._unfinished / "articles.jsonl").open("w", encoding="utf-8", newline="\n")
        self._tables = (
            TableWriter(sentence_schema(self._frames), self._unfinished / "sentences", self._row_group),
            TableWriter(stance_schema(), self._unfinished / "stances", self._row_group),
        )

    def __exit__(self, *_: object) -> None:
        if not self._unfinished.exists():
            return
        # closing may fail for the reason that ended the run, which is the one to be told
        with suppress(OSError):
            self._articles.close()
        for table in self._tables:
            with suppress(OSError):
                table.abandon()
        self._discard()

    def _discard(self) -> None:
        """Remove what this run wrote, and the folder where it made it."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        if self._made:
            with suppress(OSError):
                self._folder.rmdir()

    def write(self, article: Article) -> None:
        """Add a labelled article to every file."""
        sentences, stances = self._tables
        with _writing(self._folder):
            self._articles.write(f"{dumps(article)}\n")
            sentences.write(sentence_rows(article, self._frames))
            stances.write(stance_rows(article, self._actors))

    def finish(self, run: Mapping[str, Any]) -> None:
        """Give the files their names, ``run.json`` last.

        :param run: contents of ``run.json``.
        """
        with _writing(self._folder):
            self._articles.close()
            for table in self._tables:
                table.close()
            text = json.dumps(run, ensure_ascii=False, indent=2)
            (self._unfinished / RUN_FILE).write_text(f"{text}\n", encoding="utf-8")
            # a run.json of an earlier run must not stand beside files of this one
            (self._folder / RUN_FILE).unlink(missing_ok=True)
            for name in (*RESULTS, RUN_FILE):
                (self._unfinished / name).replace(self._folder / name)
            self._unfinished.rmdir()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ZawiyaError(
            f"{folder}: the results cannot be written there ({error}); make room, or name another with --out"
        ) from error
