"""What is small on disk and huge when unpacked ends in a named outcome, in bounded memory and without end of time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .fixtures import HOSTILE

BOMBS = tuple(row.name for row in HOSTILE if "bomb" in row.name or row.name in {"page of tags", "Word of paragraphs"})
#: Megabytes beyond those of a program that has read a small file of every format.
ROOM = 400

CHILD = """
import json, resource, sys, tempfile
from pathlib import Path
from tests.hostile.fixtures import HOSTILE, outcome_of
from tests.reading.test_formats import FILES
from zawiya.reading import read, read_bytes

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10

for name, content in FILES.items():
    kind = {"htm": "html"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    list(read_bytes(content, source=name, format=kind))
before = peak()
print(json.dumps([outcome_of(read([sys.argv[1]])), peak() - before]))
"""


def in_a_child(folder: Path) -> tuple[str, int]:
    """What a folder comes to, and the megabytes that reading it took."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcome, megabytes = json.loads(done.stdout)
    return outcome, megabytes


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_more_memory_than_a_large_article(name: str, tmp_path: Path) -> None:
    row = next(row for row in HOSTILE if row.name == name)
    row.make(tmp_path)
    outcome, megabytes = in_a_child(tmp_path)
    assert outcome == row.outcome
    assert megabytes < ROOM


def test_all_bombs_at_once_take_no_more_memory_than_a_large_article(tmp_path: Path) -> None:
    chosen = ("gzip bomb, text", "gzip bomb, page", "Word bomb", "Parquet bomb")
    for number, name in enumerate(chosen):
        folder = tmp_path / str(number)
        folder.mkdir()
        next(row for row in HOSTILE if row.name == name).make(folder)
    _, megabytes = in_a_child(tmp_path)
    assert megabytes < ROOM
