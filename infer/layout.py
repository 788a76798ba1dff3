"""Where everything of a results folder lies. A run's results are parts: each a file in every table, and one in the ledger.

A part counts from the moment its file in the ledger has its name; what bears its number elsewhere before that is rubbish
of a run that was stopped, and goes when the next one starts.
"""

import os
from pathlib import Path

#: Tables of a part, each a folder of files that are named by the part's number, and what such a file ends in.
TABLES = {"articles": ".jsonl", "sentences": ".parquet", "stances": ".parquet"}
LEDGER = "ledger"
#: What the labels of the folder depend on, beside the parts in the ledger.
KEY_FILE = "key.json"
#: Written there until it is whole.
UNFINISHED = ".unfinished"
#: Held by the run that is at work.
LOCK = ".lock"
RUN_FILE = "run.json"
#: Tables that are written once more for spreadsheets.
SHEETS = ("sentences", "stances")


def part_name(number: int) -> str:
    """What the files of a part are called, without what they end in."""
    return f"{number:06}"


def part_file(folder: Path, table: str, number: int) -> Path:
    """The file of a part in a table or in the ledger."""
    return folder / table / f"{part_name(number)}{TABLES.get(table, '.json')}"


def unfinished_files(folder: Path, number: int) -> dict[str, Path]:
    """The files of a part until it is whole, by the name of their table."""
    return {table: folder / UNFINISHED / f"{table}-{part_name(number)}{suffix}" for table, suffix in TABLES.items()}


def sheet_file(folder: Path, table: str) -> Path:
    """A table as one CSV file."""
    return folder / f"{table}.csv"


def own_files(folder: Path) -> list[Path]:
    """Everything that zawiya itself may have written into a results folder, the lock aside."""
    names = (*TABLES, LEDGER, UNFINISHED, RUN_FILE, *(f"{table}.csv" for table in SHEETS))
    return [folder / name for name in names if (folder / name).exists()]


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
