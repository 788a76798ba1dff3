"""A bad input is named, and costs nothing but itself."""

import gzip
import io
import json
import random
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.reading import ReadOptions, Skipped, read, read_bytes
from zawiya.records import Article

from .test_formats import FILES

TEXT = "قال الوزير في بيان إن المحادثات استمرت في العاصمة."  # the minister said the talks went on
LINE = json.dumps({"text": TEXT}, ensure_ascii=False)


def outcome(path, data, **options):
    path.write_bytes(data)
    return [
        (item.source.removeprefix(path.as_posix()), item.reason if isinstance(item, Skipped) else "article")
        for item in read([path], options=ReadOptions(**options))
    ]


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "json", "jsonl", "csv", "tsv", "docx", "txt.gz", "csv.gz"])
def test_empty_files_are_named(tmp_path, suffix):
    assert outcome(tmp_path / f"a.{suffix}", b"") == [("", "empty")]


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "json", "jsonl", "csv"])
def test_files_of_white_space_are_empty(tmp_path, suffix):
    assert outcome(tmp_path / f"a.{suffix}", b" \n\t\r\n ") == [("", "empty")]


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "json", "jsonl", "csv"])
def test_an_image_under_another_name_is_binary(tmp_path, suffix):
    noise = random.Random(1).randbytes(4096)
    assert outcome(tmp_path / f"a.{suffix}", b"\x89PNG\r\n\x1a\n" + noise) == [("", "binary")]
    assert outcome(tmp_path / f"b.{suffix}", noise) == [("", "binary")]


@pytest.mark.parametrize("suffix", ["docx", "parquet", "parquet.gz"])
def test_noise_under_the_name_of_a_container_is_malformed(tmp_path, suffix):
    assert outcome(tmp_path / f"a.{suffix}", b"no container at all") == [("", "malformed")]


def test_other_languages_are_named(tmp_path):
    assert outcome(tmp_path / "a.txt", "Le ministre a parlé de la trêve.".encode()) == [("", "not_arabic")]
    assert outcome(tmp_path / "b.txt", "وزیر نے کہا ہے کہ یہ مذاکرات جاری ہیں".encode()) == [("", "not_arabic")]  # Urdu


def test_text_without_letters_is_no_text(tmp_path):
    assert outcome(tmp_path / "a.txt", b"12:30 / 2022") == [("", "no_text")]


@pytest.mark.parametrize("packed", [False, True])
def test_a_huge_line_is_too_long_and_never_held(tmp_path, packed):
    path = tmp_path / ("a.txt.gz" if packed else "a.txt")
    with gzip.open(path, "wb", compresslevel=1) if packed else path.open("wb") as file:
        for _ in range(40):
            file.write("كلام ".encode() * 100_000)
    tracemalloc.start()
    (item,) = read([path], options=ReadOptions(max_chars=100_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert item.reason == "too_long"
    assert "more than 400,004 bytes" in item.detail
    assert peak < 4_000_000


def test_an_article_just_within_the_limit_is_read(tmp_path):
    assert outcome(tmp_path / "a.txt", TEXT.encode(), max_chars=len(TEXT)) == [("", "article")]
    assert outcome(tmp_path / "b.txt", TEXT.encode(), max_chars=len(TEXT) - 1) == [("", "too_long")]


def test_a_huge_record_costs_only_itself(tmp_path):
    huge = json.dumps({"text": TEXT * 60_000}, ensure_ascii=False)
    data = f"{LINE}\n{huge}\n{LINE}\n".encode()
    assert outcome(tmp_path / "a.jsonl", data, max_chars=1000) == [
        ("#1", "article"),
        ("#2", "too_long"),
        ("#3", "article"),
    ]


def test_a_huge_row_of_a_table_costs_only_itself(tmp_path):
    huge = '"' + TEXT * 30_000 + '\n""' + TEXT * 30_000 + '"'
    data = f"id,text\n1,{TEXT}\n2,{huge}\n3,{TEXT}\n".encode()
    results = outcome(tmp_path / "a.csv", data, max_chars=1000)
    assert results[0] == ("#1", "article")
    assert results[-1][1] == "article"
    assert "too_long" in {reason for _, reason in results[1:-1]}


def test_records_before_the_cut_of_a_gzip_are_kept(tmp_path):
    numbers = random.Random(2)
    lines = [json.dumps({"id": n, "text": f"{TEXT} {numbers.random()}"}) for n in range(2000)]
    packed = gzip.compress("\n".join(lines).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    *articles, last = read([tmp_path / "a.jsonl.gz"])
    assert 900 < len(articles) < 1100
    assert [article.id for article in articles] == [str(n) for n in range(len(articles))]
    assert last.reason == "truncated"
    assert f"{len(articles)} articles were read before the cut" in last.detail


def test_rows_before_the_cut_of_a_table_are_kept(tmp_path):
    numbers = random.Random(2)
    rows = "".join(f"{n},{TEXT} {numbers.random()}\n" for n in range(2000))
    packed = gzip.compress(f"id,text\n{rows}".encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[: len(packed) // 2])
    *articles, last = read([tmp_path / "a.csv.gz"])
    assert 900 < len(articles) < 1100
    assert all(isinstance(article, Article) for article in articles)
    assert last.reason == "truncated"


def test_damage_inside_a_gzip_is_a_cut(tmp_path):
    packed = bytearray(gzip.compress(f"{LINE}\n".encode() * 3))
    packed[-6] ^= 0xFF  # the checksum
    results = outcome(tmp_path / "a.jsonl.gz", bytes(packed))
    assert results[-1] == ("", "truncated")


def test_several_members_of_a_gzip_are_one_file(tmp_path):
    packed = gzip.compress(f"{LINE}\n".encode()) + gzip.compress(f"{LINE}\n".encode()) + b"\0" * 64
    assert outcome(tmp_path / "a.jsonl.gz", packed) == [("#1", "article"), ("#2", "article")]


def test_unpacked_data_under_a_packed_name_is_read(tmp_path):
    assert outcome(tmp_path / "a.jsonl.gz", f"{LINE}\n".encode()) == [("#1", "article")]


def test_a_line_cut_in_half_is_named_and_the_others_read(tmp_path):
    data = f"{LINE}\n\n{LINE[:30]}\n{LINE}\n7\n[]\n".encode()
    assert outcome(tmp_path / "a.jsonl", data) == [
        ("#1", "article"),
        ("#2", "malformed"),
        ("#3", "article"),
        ("#4", "malformed"),
        ("#5", "malformed"),
    ]


def test_records_before_the_break_of_a_json_list_are_kept(tmp_path):
    assert outcome(tmp_path / "a.json", f"[{LINE}, {LINE}, {LINE[:20]}".encode()) == [
        ("#1", "article"),
        ("#2", "article"),
        ("#3", "malformed"),
    ]
    assert outcome(tmp_path / "b.json", f"[{LINE}".encode()) == [("#1", "article"), ("#2", "malformed")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"text": 5}', "malformed"),
        ('{"text": ""}', "no_text"),
        ('{"name": "x"}', "no_text"),
        ("[]", "no_text"),
        ("5", "malformed"),
        ('"text"', "malformed"),
        ("{", "malformed"),
        ("[" * 100_000, "malformed"),
    ],
)
def test_json_that_holds_no_article_is_named(tmp_path, content, reason):
    assert [found for _, found in outcome(tmp_path / "a.json", content.encode())] == [reason]


def test_a_forgotten_quote_costs_one_row(tmp_path):
    data = f'id,text\n1,{TEXT}\n2,"{TEXT}\n3,{TEXT}\n4,"{TEXT}"\n5,{TEXT}\n'.encode()
    results = outcome(tmp_path / "a.csv", data)
    # the row itself can be read once its quote is taken for a plain character
    assert results == [(f"#{n}", "article") for n in range(1, 6)]


def test_a_row_with_too_many_fields_is_not_read_askew(tmp_path):
    data = f"id,text\n1,{TEXT}, {TEXT}\n2,{TEXT}\n3,{TEXT},\n".encode()
    assert outcome(tmp_path / "a.csv", data) == [("#1", "malformed"), ("#2", "article"), ("#3", "article")]


def test_a_table_without_a_text_column_names_its_columns(tmp_path):
    (tmp_path / "a.csv").write_text("id,place\n1,x\n", encoding="utf-8")
    (skipped,) = read([tmp_path / "a.csv"])
    assert (skipped.reason, skipped.detail) == ("no_text", "no column with text; the columns are: id, place")
    out = io.BytesIO()
    pq.write_table(pa.table({"id": [1]}), out)
    assert outcome(tmp_path / "a.parquet", out.getvalue()) == [("", "no_text")]


def test_half_characters_are_replaced_with_a_warning(tmp_path):
    (tmp_path / "a.jsonl").write_text(f'{{"text": "{TEXT} \\ud800"}}', encoding="utf-8")
    (article,) = read([tmp_path / "a.jsonl"])
    assert article.text == f"{TEXT} \ufffd"
    assert article.warnings == ("half characters (lone surrogates) became U+FFFD",)


def test_reading_lines_takes_flat_memory(tmp_path):
    def peak(count):
        path = tmp_path / f"{count}.jsonl.gz"
        with gzip.open(path, "wb", compresslevel=1) as file:
            for _ in range(count):
                file.write(f'{{"id": "x", "text": "{TEXT * 20}"}}\n'.encode())
        tracemalloc.start()
        total = sum(isinstance(item, Article) for item in read([path]))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert total == count
        return most

    assert peak(800) < peak(100) + 1_000_000


def test_a_system_error_in_the_middle_is_named_with_what_was_read(tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    path.write_bytes(f"{LINE}\n".encode() * 100_000)
    items = read([path])
    assert isinstance(next(items), Article)

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("zawiya.reading.streams.ByteSource.lines", fail)
    (skipped,) = read([path])
    assert (skipped.reason, skipped.detail) == ("unreadable", "Input/output error; 0 articles were read")


@pytest.mark.parametrize("name", sorted(FILES))
@settings(deadline=None)  # the first page loads the parser
@given(data=st.data())
def test_damage_never_raises(name, data):
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        damage = data.draw(st.sampled_from(["cut", "flip", "insert", "delete"]))
        if damage == "cut":
            del content[at:]
        elif damage == "flip" and content:
            content[at] ^= data.draw(st.integers(1, 255))
        elif damage == "insert":
            content[at:at] = data.draw(st.binary(max_size=6))
        else:
            del content[at : at + 3]
    suffix = name.split(".")[-1]
    for item in read_bytes(bytes(content), source=name, format={"htm": "html"}.get(suffix, suffix)):
        assert isinstance(item, Article | Skipped)
        (item.text if isinstance(item, Article) else item.detail).encode()
