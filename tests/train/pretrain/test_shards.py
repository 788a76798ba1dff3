"""Plain text as documents and passages, streamed, each document counted by its share."""

import lzma
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.errors import ZawiyaError
from zawiya.train.pretrain.shards import Shard, documents, find_shards, passages


def shard(folder: Path, text: str, *, name: str = "news.txt", share: float = 1.0) -> Shard:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Shard(path, share)


def test_a_blank_line_parts_documents(tmp_path: Path) -> None:
    text = "\n\nسطر أول\nسطر ثان\n\n  \nوثيقة أخرى"
    assert list(documents(shard(tmp_path, text))) == ["سطر أول\nسطر ثان\n", "وثيقة أخرى"]


@pytest.mark.parametrize("text", ["", "\n\n \n"])
def test_a_file_without_text_has_no_documents(tmp_path: Path, text: str) -> None:
    assert list(documents(shard(tmp_path, text))) == []


def test_a_packed_shard_is_read_like_a_plain_one(tmp_path: Path) -> None:
    path = tmp_path / "news.txt.xz"
    with lzma.open(path, "wt", encoding="utf-8") as stream:
        stream.write("وثيقة\n\nأخرى\n")
    assert list(documents(Shard(path))) == ["وثيقة\n", "أخرى\n"]


@pytest.mark.parametrize(("share", "count"), [(1.0, 100), (0.5, 50), (0.25, 25), (0.75, 75), (0.15, 15)])
def test_a_share_is_an_even_selection(tmp_path: Path, share: float, count: int) -> None:
    text = "\n\n".join(f"{n}" for n in range(100))
    found = [int(document) for document in documents(shard(tmp_path, text, share=share))]
    assert len(found) == pytest.approx(count, abs=1)
    gaps = {other - one for one, other in pairwise(found)}
    assert max(gaps) - min(gaps) <= 1


def test_shards_are_found_by_the_first_pattern_that_matches(tmp_path: Path) -> None:
    for name in ("news_a.txt", "news_b.txt.xz", "books.txt", "notes.md", "wiki.txt"):
        (tmp_path / name).write_bytes(b"")
    found = find_shards(tmp_path, {"news_b*": 0.25, "news_*": 1.0, "books*": 0.0, "b*": 1.0})
    assert [(s.path.name, s.share) for s in found] == [("news_a.txt", 1.0), ("news_b.txt.xz", 0.25)]


def test_a_folder_without_shards_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(ZawiyaError, match=r"expected text shards .* matching \['news_\*'\]"):
            find_shards(folder, {"news_*": 1.0})


def test_passages_end_with_a_sentence(tmp_path: Path) -> None:
    text = "جملة أولى. جملة ثانية؟ جملة ثالثة!\n\nوثيقة."
    found = [passage.strip() for passage in passages([shard(tmp_path, text)], characters=22)]
    assert found == ["جملة أولى. جملة ثانية؟", "جملة ثالثة!", "وثيقة."]


def test_a_sentence_longer_than_a_passage_stays_whole(tmp_path: Path) -> None:
    long = "كلمة " * 50 + "."
    assert list(passages([shard(tmp_path, f"قصيرة. {long}")], characters=20)) == ["قصيرة.", long]


@given(st.lists(st.text("اب. ؟", min_size=1, max_size=30), max_size=5), st.integers(1, 40))
def test_passages_lose_no_letter(tmp_path_factory: pytest.TempPathFactory, texts: list[str], characters: int) -> None:
    folder = tmp_path_factory.mktemp("shards")
    one = shard(folder, "\n\n".join(texts))
    letters = "".join("".join(texts).split())
    assert "".join("".join(passages([one], characters=characters)).split()) == letters
