"""A results folder as those who study it see it: two tables, and articles when they are asked for by name.

Tables are read whole, without their texts: a hundred thousand articles take some hundred megabytes, and every figure is a
matter of array arithmetic. Nothing in the folder is touched, so a run may be at work there meanwhile.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from zawiya.corpus import article_from_json
from zawiya.errors import ZawiyaError
from zawiya.infer.layout import FORMER, LEDGER, RUN_FILE, part_file
from zawiya.infer.ledger import parts_that_count
from zawiya.infer.tables import TABLES_VERSION
from zawiya.records import AUTHOR, Article

#: Whose voice a stance is in: the outlet's own, or somebody's whom it quotes or reports on.
OWN, QUOTED = "own", "quoted"
_TEXTS = {"text", "sentence", "mention"}
_FRAME = "frame_"
#: What ``run.json`` says in objects of their own.
_OBJECTS = ("settings", "model", "taxonomy", "versions")

Codes = NDArray[np.int32]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Results:
    """What a run, or several into one folder, have labelled.

    :param folder: where it lies.
    :param run: what ``run.json`` says, empty where the first run has not ended.
    :param frames: of the model.
    :param sentences: the sentences table without texts, furniture left out.
    :param stances: the stances table without texts, and with ``voice``: ``own``, ``quoted``, or null where neutral.
    :param parts: numbers of the parts that were read.
    :param notes: what one should know before trusting the figures, in plain words.
    """

    folder: Path
    run: Mapping[str, Any]
    frames: tuple[str, ...]
    sentences: pa.Table
    stances: pa.Table
    parts: tuple[int, ...]
    notes: tuple[str, ...]

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """Read the tables of a results folder.

        :raises ZawiyaError: when it holds no results, those of another version, none yet, or damaged ones.
        """
        folder = Path(folder)
        _check(folder)
        parts = tuple(part.number for part in parts_that_count(folder))
        if not parts:
            raise ZawiyaError(
                f"{folder}: expected labelled articles, found none yet; let the run finish its first part"
            )
        sentences, stances = _table(folder, "sentences", parts), _table(folder, "stances", parts)
        sentences = sentences.filter(pc.not_equal(sentences["role"], "furniture"))
        run = _run(folder)
        frames = tuple(name.removeprefix(_FRAME) for name in sentences.column_names if name.startswith(_FRAME))
        return cls(folder, run, frames, sentences, _with_voice(stances), parts, tuple(_notes(run, sentences)))

    def articles(self, ids: Collection[str] | None = None) -> Iterator[Article]:
        """Labelled articles in the order of the folder: those of these ids, or all of them.

        :raises ZawiyaError: when a file of them is damaged.
        """
        wanted = None if ids is None else set(ids)
        for number in self.parts:
            path = part_file(self.folder, "articles", number)
            try:
                with path.open(encoding="utf-8") as file:
                    for line in file:
                        record = json.loads(line)
                        if wanted is None or record["id"] in wanted:
                            yield article_from_json(record)
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise damaged(path, error) from error

    def roles(self) -> pa.Table:
        """``article_id`` and ``role`` of every sentence that was read, furniture among them.

        :raises ZawiyaError: when a file of the table is damaged.
        """
        return _table(self.folder, "sentences", self.parts, ("article_id", "role"))

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles that have a sentence, in the order of the folder."""
        return tuple(pc.unique(self.sentences["article_id"]).to_pylist())


def codes(table: pa.Table, column: str) -> tuple[Codes, list[Any]]:
    """A column as numbers, and what each number stands for; null is a value like others.

    :return: [rows], and the values in order of their first row.
    """
    encoded = table[column].combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks) if encoded.num_chunks else pa.array([], encoded.type)
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode(null_encoding="encode")
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary.to_pylist()


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise ZawiyaError(f"{folder}: expected the results folder of `zawiya infer`, found no folder of that name")
    if (folder / LEDGER).is_dir():
        return
    if (folder / RUN_FILE).exists() and any((folder / name).exists() for name in FORMER):
        raise ZawiyaError(
            f"{folder}: expected results in parts, found those of an earlier version of zawiya; "
            "label the articles once more with `zawiya infer … --overwrite`"
        )
    raise ZawiyaError(
        f"{folder}: expected the results folder of `zawiya infer`, found neither results nor a run that has begun; "
        "pass the folder that was given to --out"
    )


def _table(folder: Path, name: str, parts: Sequence[int], wanted: Sequence[str] = ()) -> pa.Table:
    """The columns that are wanted of a table, by default all but its texts."""
    tables = []
    for number in parts:
        path = part_file(folder, name, number)
        try:
            schema = pq.read_schema(path)
            version = (schema.metadata or {}).get(b"zawiya.tables_version", b"none").decode()
            if version != str(TABLES_VERSION):
                raise ZawiyaError(
                    f"{path}: expected tables of version {TABLES_VERSION}, found version {version}; "
                    "label the articles once more with `zawiya infer … --overwrite`"
                )
            columns = wanted or [column for column in schema.names if column not in _TEXTS]
            tables.append(pq.read_table(path, columns=list(columns)))
        except FileNotFoundError as error:
            raise ZawiyaError(
                f"{path}: expected a part of the results, found no file: a run is writing its parts anew; try again"
            ) from error
        except (OSError, pa.ArrowException) as error:
            raise damaged(path, error) from error
    try:
        return pa.concat_tables(tables).combine_chunks()
    except pa.ArrowException as error:
        raise damaged(folder / name, error) from error


def _run(folder: Path) -> dict[str, Any]:
    try:
        run = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise damaged(folder / RUN_FILE, error) from error
    if not isinstance(run, dict) or not all(isinstance(run.get(name, {}), dict) for name in _OBJECTS):
        raise damaged(folder / RUN_FILE, f"no record of a run with {', '.join(_OBJECTS)}")
    return run


def _with_voice(stances: pa.Table) -> pa.Table:
    voice = pc.if_else(pc.equal(stances["holder"], AUTHOR), OWN, QUOTED)
    return stances.append_column(
        "voice", pc.if_else(pc.is_valid(stances["holder"]), voice, pa.scalar(None, pa.string()))
    )


def _notes(run: Mapping[str, Any], sentences: pa.Table) -> Iterator[str]:
    if not run:
        yield "The run that writes this folder has not ended yet: figures are of what stands there so far."
    elif not run.get("complete", True):
        yield "The last run into this folder was interrupted: figures are of what was finished."
    articles = sentences.group_by("article_id").aggregate([("outlet", "min"), ("date", "min")])
    for column, what in (("outlet_min", "outlet"), ("date_min", "date")):
        missing = articles[column].null_count
        if missing:
            yield f"Articles without {what}: {missing:,} of {len(articles):,}."


def damaged(path: Path, error: object) -> ZawiyaError:
    """What to say of a file of the results that is not what a run wrote."""
    return ZawiyaError(
        f"{path}: expected a part of the results, found something else ({error}); "
        "restore the file, or label the articles once more with `zawiya infer … --overwrite`"
    )
