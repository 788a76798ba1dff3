"""What a results folder holds, read as a stranger would: part by part, in the order of their numbers."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

#: Of every results folder, beside the hidden ones.
TOP = ["articles", "ledger", "run.json", "sentences", "sentences.csv", "stances", "stances.csv"]


def names(folder: Path) -> list[str]:
    """The names in a folder, hidden ones left out."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def parts(out: Path, table: str = "ledger") -> list[int]:
    return sorted(int(path.stem) for path in (out / table).iterdir() if path.stem.isdecimal())


def lines(out: Path) -> list[str]:
    """The articles, each as its line."""
    files = sorted((out / "articles").glob("*.jsonl"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def articles(out: Path) -> list[dict]:
    return [json.loads(line) for line in lines(out)]


def table(out: Path, name: str) -> pa.Table:
    return pa.concat_tables(pq.read_table(file) for file in sorted((out / name).glob("*.parquet")))


def rows(out: Path, name: str) -> list[dict]:
    return table(out, name).to_pylist()


def sheet(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def record(out: Path) -> dict:
    return json.loads((out / "run.json").read_text(encoding="utf-8"))


def everything(out: Path) -> dict[str, object]:
    """All rows of all tables in order, and the counts: what two runs that did the same have in common."""
    return {
        "articles": lines(out),
        "sentences": rows(out, "sentences"),
        "stances": rows(out, "stances"),
        "sentences.csv": (out / "sentences.csv").read_bytes(),
        "stances.csv": (out / "stances.csv").read_bytes(),
        "counts": record(out)["counts"],
        "complete": record(out)["complete"],
    }


def check_whole(out: Path) -> None:
    """Whatever stands in the ledger can be read and is as much as it says, and no id is there twice in one state."""
    for number in parts(out):
        entry = json.loads((out / "ledger" / f"{number:06}.json").read_text(encoding="utf-8"))
        text = (out / "articles" / f"{number:06}.jsonl").read_text(encoding="utf-8")
        held = [json.loads(line)["id"] for line in text.splitlines()]
        assert len(held) == len(set(held)) == entry["tally"]["articles"]
        sentences = pq.read_table(out / "sentences" / f"{number:06}.parquet")
        assert len(sentences) == entry["tally"]["sentences"] + entry["tally"]["furniture"]
        stances = pq.read_table(out / "stances" / f"{number:06}.parquet")
        assert len(stances) == sum(sum(row.values()) for row in entry["tally"]["actors"].values())
