"""The data card is also what ``datasets`` reads: the folder opens as it is, whole or as a stream."""

from pathlib import Path

import pytest
from datasets import load_dataset

from zawiya.corpus import read_corpus

DATA = Path(__file__).resolve().parents[3] / "data"
FILES = {"train": "train", "validation": "dev", "test": "test", "unseen_actors": "unseen_actors"}


def test_the_folder_opens_with_its_four_files(tmp_path: Path) -> None:
    opened = load_dataset(str(DATA), cache_dir=str(tmp_path))
    for split, name in FILES.items():
        assert opened[split]["id"][:] == [a.id for a in read_corpus(DATA / "corpus" / f"{name}.jsonl")]


@pytest.mark.parametrize("split", FILES)
def test_a_file_can_be_read_as_a_stream(split: str, tmp_path: Path) -> None:
    first = next(iter(load_dataset(str(DATA), split=split, streaming=True, cache_dir=str(tmp_path))))
    article = next(read_corpus(DATA / "corpus" / f"{FILES[split]}.jsonl"))
    assert (first["id"], first["text"]) == (article.id, article.text)
    assert [m["actor"] for s in first["sentences"] for m in s["mentions"]] == [
        m.actor for s in article.sentences for m in s.mentions
    ]
