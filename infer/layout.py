"""Where everything of a results folder lies. A run's results are parts: each a file in every table, and one in the ledger.

A part counts from the moment its file in the ledger has its name; what bears its number elsewhere before that is rubbish
of a run that was stopped, and goes when the next one starts.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

#: Tables of a part, each a folder of files that are named by the part's number, and what such a file ends in.
TABLES = {"articles": ".jsonl", "sentences": ".parquet", "stances": ".parquet"}
LEDGER = "ledger"
#: What the labels of the folder depend on, beside the parts in the ledger.
KEY_FILE = "key.json"
#: Stands while the tables for spreadsheets are those of the parts, and says which of them have a file.
SHEETS_FILE = "sheets.json"
#: Written there until it is whole.
UNFINISHED = ".unfinished"
#: Held by the run that is at work.
LOCK = ".lock"
RUN_FILE = "run.json"
#: Tables that are written once more for spreadsheets.
SHEETS = ("sentences", "stances")
#: What versions without a ledger wrote beside ``run.json``.
FORMER = ("articles.jsonl", "sentences.parquet", "stances.parquet")


def part_name(number: int) -> str:
    """What the files of a part are called, without what they end in."""
    return f"{number:06}"


def part_file(folder: Path, table: str, number: int) -> Path:
    """The file of a part in a table or in the ledger."""
    return folder / table / f"{part_name(number)}{TABLES.get(table, '.json')}"


def part_number(path: Path) -> int | None:
    """The number of the part that a file is of, None for a file that zawiya did not name."""
    return int(path.stem) if re.fullmatch(r"[0-9]{6,}", path.stem) else None


def part_files(folder: Path, table: str) -> dict[int, Path]:
    """The files of all parts in a table or in the ledger, by number; files of other names are left out."""
    paths = (folder / table).glob(f"*{TABLES.get(table, '.json')}")
    numbered = ((part_number(path), path) for path in paths)
    return dict(sorted((number, path) for number, path in numbered if number is not None))


def unfinished_files(folder: Path, name: str) -> dict[str, Path]:
    """The files of a part until it is whole, by the name of their table.

    :param name: that tells the part from others that are being written.
    """
    return {table: folder / UNFINISHED / f"{table}-{name}{suffix}" for table, suffix in TABLES.items()}


def sheet_file(folder: Path, table: str) -> Path:
    """A table as one CSV file."""
    return folder / f"{table}.csv"


def clear(folder: Path) -> None:
    """Remove what zawiya wrote into a results folder, the lock aside, and nothing else.

    The parts go first and what they depend on last, so that what is left counts or is rubbish if this is stopped.
    """
    for number in part_files(folder, LEDGER):
        remove_part(folder, number)
    former = FORMER if (folder / RUN_FILE).exists() else ()
    own = [path for table in TABLES for path in part_files(folder, table).values()]
    own += [*(folder / name for name in former), *(sheet_file(folder, table) for table in SHEETS), folder / RUN_FILE]
    own += [folder / LEDGER / name for name in (SHEETS_FILE, KEY_FILE)]
    for path in own:
        path.unlink(missing_ok=True)
    for name in (*TABLES, LEDGER):
        # one that holds something else stays
        with suppress(OSError):
            (folder / name).rmdir()


def remove_part(folder: Path, number: int) -> None:
    """Remove a part: from the ledger first, so that it counts no longer when its tables go."""
    part_file(folder, LEDGER, number).unlink(missing_ok=True)
    settle_on_disk(folder / LEDGER)
    for table in TABLES:
        part_file(folder, table, number).unlink(missing_ok=True)


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a file that is whole its name, in a way that outlives a power cut."""
    settle_on_disk(unfinished)
    unfinished.replace(path)
    settle_on_disk(path.parent)


def settle_on_disk(path: Path) -> None:
    """See that a file or a folder's list of names outlives a power cut."""
    # Windows opens no folders
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
