"""Plain text as documents and passages, streamed; files with the weight of the first pattern that matches."""

import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.errors import ZawiyaError
from zawiya.train.pretrain.shards import Shard, documents, find_shards, passages


def shard(folder: Path, text: str, *, name: str = "news.txt") -> Shard:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Shard(path)


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


@pytest.mark.parametrize("spoiled", [b"\xff\xfe\x00", b"\xc3"])
def test_what_is_no_text_is_named(tmp_path: Path, spoiled: bytes) -> None:
    path = tmp_path / "news.txt"
    path.write_bytes(spoiled)
    with pytest.raises(ZawiyaError, match=r"news\.txt: expected plain text in UTF-8"):
        list(documents(Shard(path)))


def test_a_packed_shard_that_breaks_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "news.txt.xz"
    path.write_bytes(lzma.compress("وثيقة\n\n".encode() * 5000)[:-20])
    with pytest.raises(ZawiyaError, match=r"news\.txt\.xz: expected plain text"):
        list(documents(Shard(path)))


def test_shards_are_found_by_the_first_pattern_that_matches(tmp_path: Path) -> None:
    for name in ("news_a.txt", "news_b.txt.xz", "books.txt", "notes.md", "wiki.txt"):
        (tmp_path / name).write_bytes(b"")
    found = find_shards(tmp_path, {"news_b*": 0.25, "news_*": 1.0, "books*": 0.0, "b*": 1.0})
    assert [(s.path.name, s.weight) for s in found] == [("news_a.txt", 1.0), ("news_b.txt.xz", 0.25)]
    assert [s.name for s in found] == ["news_a", "news_b"]


def test_the_heaviest_shard_comes_first(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_bytes(b"")
    assert [s.name for s in find_shards(tmp_path, {"b*": 2.0, "*": 0.5})] == ["b", "a", "c"]


def test_a_folder_without_shards_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(ZawiyaError, match=r"expected text shards .* matching \['news_\*'\]"):
            find_shards(folder, {"news_*": 1.0})


def test_passages_end_with_a_sentence(tmp_path: Path) -> None:
    text = "جملة أولى. جملة ثانية؟ جملة ثالثة!\n\nوثيقة."
    found = [passage.strip() for passage in passages(documents(shard(tmp_path, text)), characters=22)]
    assert found == ["جملة أولى. جملة ثانية؟", "جملة ثالثة!", "وثيقة."]


def test_a_sentence_longer_than_a_passage_stays_whole(tmp_path: Path) -> None:
    long = "كلمة " * 50 + "."
    assert list(passages([f"قصيرة. {long}"], characters=20)) == ["قصيرة.", long]


@given(st.lists(st.text("اب. ؟", min_size=1, max_size=30), max_size=5), st.integers(1, 40))
def test_passages_lose_no_letter(texts: list[str], characters: int) -> None:
    letters = "".join("".join(texts).split())
    assert "".join("".join(passages(texts, characters=characters)).split()) == letters
