"""Each format gives the same article, plain and packed."""

import gzip
import io
import json

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zawiya.errors import ZawiyaError
from zawiya.reading import ReadOptions, Skipped, read, read_bytes
from zawiya.records import Article

TITLE = "الوزيران يبحثان الهدنة"  # the two ministers discuss the truce
# 'the ministers met yesterday in the capital, and discussed, "at length", ways to make the truce hold'
BODY = 'التقى الوزيران أمس في العاصمة؛ وبحثا, "مطولا", سبل تثبيت الهدنة بين الطرفين.'
TEXT = f"{TITLE}\n{BODY}"
RECORD = {"title": TITLE, "body": BODY, "date": "2022-03-01", "source": "النهر", "id": "a-7"}


def _csv(delimiter):
    quoted = ['"' + value.replace('"', '""') + '"' for value in RECORD.values()]
    return f"{delimiter.join(RECORD)}\r\n{delimiter.join(quoted)}\r\n".encode()


def _parquet():
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([RECORD]), out)
    return out.getvalue()


def _word(*, styled=True):
    document = docx.Document()
    document.add_paragraph(TITLE, style="Title" if styled else None)
    document.add_paragraph(BODY)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(head="", title=TITLE):
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body><nav><a>الرئيسية</a>"
        f"</nav><article><h1>{title}</h1><p>{BODY}</p><p>{BODY.replace('أمس', 'اليوم') * 4}</p></article></body></html>"
    )


JSON_LINE = json.dumps(RECORD, ensure_ascii=False)
FILES = {
    "a.txt": f"{TITLE}\n\n{BODY}".encode(),
    "a.md": f"---\ntitle: {TITLE}\ndate: 2022-03-01\nsource: النهر\n---\n\n{BODY}".encode(),
    "a.html": _page('<meta property="article:published_time" content="2022-03-01T10:00:00Z">').encode(),
    "a.htm": _page().encode("utf-8-sig"),
    "a.json": JSON_LINE.encode(),
    "a.jsonl": f"{JSON_LINE}\n".encode(),
    "a.csv": _csv(","),
    "b.csv": _csv(";"),
    "a.tsv": _csv("\t"),
    "a.parquet": _parquet(),
    "a.docx": _word(),
    "b.docx": _word(styled=False),
}


def read_one(path, **options):
    items = list(read([path], options=ReadOptions(**options)))
    assert len(items) == 1, items
    return items[0]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_title_and_text(tmp_path, name, packed):
    path = tmp_path / (name + ".gz" * packed)
    path.write_bytes(gzip.compress(FILES[name]) if packed else FILES[name])
    article = read_one(path)
    assert isinstance(article, Article), article
    assert article.title == TITLE
    assert article.text.startswith(TITLE)
    assert BODY in article.text
    assert article.source.startswith(path.as_posix())


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "b.csv", "a.tsv", "a.parquet"])
def test_records_carry_their_fields(tmp_path, name):
    (tmp_path / name).write_bytes(FILES[name])
    article = read_one(tmp_path / name)
    assert (article.id, article.text, article.date, article.outlet) == ("a-7", TEXT, "2022-03-01", "النهر")
    assert article.warnings == ()
    assert article.source.endswith("#1") == (name != "a.json")


def test_front_matter_is_taken_off_and_the_rest_left_as_it_is(tmp_path):
    (tmp_path / "a.md").write_text(f"---\ndate: 2022-03-01\n---\n# {TITLE}\n\n**{BODY}**\n", encoding="utf-8")
    article = read_one(tmp_path / "a.md")
    assert (article.text, article.title, article.date) == (f"# {TITLE}\n\n**{BODY}**\n", TITLE, "2022-03-01")


@pytest.mark.parametrize("front", ["title: [", "date: 2022-99-99", "- a\n- b", "text only"])
def test_front_matter_that_is_none_loses_no_text(tmp_path, front):
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\n{BODY}", encoding="utf-8")
    assert BODY in read_one(tmp_path / "a.md").text


def test_page_gives_its_date_and_site(tmp_path):
    head = '<meta property="article:published_time" content="2022-03-01"><meta property="og:site_name" content="النهر">'
    (tmp_path / "a.html").write_text(_page(head), encoding="utf-8")
    article = read_one(tmp_path / "a.html")
    assert (article.date, article.outlet) == ("2022-03-01", "النهر")
    assert "الرئيسية" not in article.text  # the word 'home' of the navigation


def test_page_that_names_its_site_nowhere_takes_its_folder_for_outlet(tmp_path):
    # two dots in the headline pass for a separator between headline and site
    page = _page().replace("<title>", "<title>بيروت.. ")
    (tmp_path / "nahr").mkdir()
    (tmp_path / "nahr" / "a.html").write_text(page, encoding="utf-8")
    assert read_one(tmp_path / "nahr" / "a.html").outlet == "nahr"


def test_page_without_a_date_has_none_though_its_text_names_years(tmp_path):
    page = _page().replace("</article>", "<p>بدأت الحرب في 12 مارس 2003 واستمرت حتى نهاية 2011.</p></article>")
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert read_one(tmp_path / "a.html").date is None


@pytest.mark.parametrize("charset", ["windows-1256", "utf-8", "iso-8859-1"])
def test_page_in_windows_1256_is_read_whatever_it_declares(tmp_path, charset):
    page = _page().replace("charset=utf-8", f"charset={charset}").encode("windows-1256")
    (tmp_path / "a.html").write_bytes(page)
    article = read_one(tmp_path / "a.html")
    assert (article.title, article.encoding) == (TITLE, "windows-1256")


def test_page_without_an_article_gives_all_of_its_text(tmp_path):
    (tmp_path / "a.html").write_text(f"<html><body>{TITLE}</body></html>", encoding="utf-8")
    assert TITLE in read_one(tmp_path / "a.html").text


def test_word_text_includes_tables_and_tracked_insertions(tmp_path):
    document = docx.Document()
    document.add_paragraph(BODY)
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "في الجدول"  # in the table
    paragraph = document.add_paragraph("قبل ")  # before
    run = paragraph.add_run("أضيف")  # inserted
    inserted = docx.oxml.OxmlElement("w:ins")
    run._r.addprevious(inserted)
    inserted.append(run._r)
    document.save(tmp_path / "a.docx")
    assert read_one(tmp_path / "a.docx").text == f"{BODY}\nفي الجدول\nقبل أضيف"


@pytest.mark.parametrize(
    ("content", "sources"),
    [
        (f"[{JSON_LINE}, {JSON_LINE}]", ["#1", "#2"]),
        (f'{{"status": "ok", "total": 2, "articles": [{JSON_LINE}, {JSON_LINE}]}}', ["#1", "#2"]),
        (f'{{"title": "feed", "items": [{JSON_LINE}]}}', ["#1"]),
        (f"{JSON_LINE}\n{JSON_LINE}\n", ["#1", "#2"]),
        (f"\ufeff {JSON_LINE}", [""]),
    ],
)
def test_json_may_be_a_record_a_list_or_hold_a_list(tmp_path, content, sources):
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    items = list(read([path]))
    assert [item.source for item in items] == [f"{path.as_posix()}{mark}" for mark in sources]
    assert all(isinstance(item, Article) and item.text == TEXT for item in items)


def test_labels_of_a_corpus_record_are_ignored(tmp_path):
    sentence = {"start": 0, "end": len(TITLE), "role": "title", "mentions": [], "frames": ["diplomacy"]}
    record = {"id": "x", "text": TEXT, "topic": "truce", "outlet": None, "sentences": [sentence]}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    article = read_one(tmp_path / "a.jsonl")
    assert (article.id, article.text, article.title, article.topic) == ("x", TEXT, TITLE, "truce")
    assert article.sentences == ()


def test_a_corpus_record_without_a_title_is_not_given_one(tmp_path):
    record = {"text": f"{TITLE}\n\n{BODY}", "sentences": []}
    (tmp_path / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
    assert read_one(tmp_path / "a.jsonl").title is None


def test_a_record_with_only_a_headline_is_an_article(tmp_path):
    (tmp_path / "a.csv").write_text(f"title,text\n{TITLE},\n", encoding="utf-8")
    article = read_one(tmp_path / "a.csv")
    assert (article.text, article.warnings) == (TITLE, ("only a headline: the text is empty",))


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "windows-1256", "iso-8859-6"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_tables_and_lines_are_read_in_every_encoding(tmp_path, name, codec):
    (tmp_path / name).write_bytes(FILES[name].decode().encode(codec))
    article = read_one(tmp_path / name)
    assert (article.text, article.id) == (TEXT, "a-7")


def test_quotes_that_break_the_rules_of_csv_stay_in_the_text(tmp_path):
    rows = [f'1\t"الهدنة" تصمد في {BODY[:20]}', f"2\t{BODY[:20]}"]  # "the truce" holds in …
    (tmp_path / "a.tsv").write_text("id\ttext\n" + "\n".join(rows), encoding="utf-8")
    assert [article.text for article in read([tmp_path / "a.tsv"])] == [row[2:] for row in rows]


def test_a_table_of_one_column_keeps_its_commas(tmp_path):
    (tmp_path / "a.csv").write_text(f"text\n{TITLE}, {TITLE}\n", encoding="utf-8")
    assert read_one(tmp_path / "a.csv").text == f"{TITLE}, {TITLE}"


def test_text_over_several_lines_of_a_table_stays_whole(tmp_path):
    (tmp_path / "a.csv").write_bytes(f'id,text\n1,"{TITLE}\r\n\r\n{BODY[:20]}"\n2,{TITLE}\n'.encode())
    first, second = read([tmp_path / "a.csv"])
    assert (first.text, first.title) == (f"{TITLE}\r\n\r\n{BODY[:20]}", TITLE)
    assert second.id == "2"


def test_standard_input_is_plain_text_or_the_format_named(monkeypatch):
    def stdin(data):
        stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", stream)

    stdin(FILES["a.txt"])
    (article,) = read(["-"])
    assert (article.id, article.source, article.title, article.outlet) == ("stdin", "-", TITLE, None)
    stdin(gzip.compress(FILES["a.jsonl"]))
    (article,) = read(["-"], options=ReadOptions(format="jsonl"))
    assert (article.id, article.source) == ("a-7", "-#1")


def test_a_format_named_goes_before_the_suffix(tmp_path):
    (tmp_path / "a.data").write_bytes(FILES["a.csv"])
    assert read_one(tmp_path / "a.data").reason == "unsupported"
    assert read_one(tmp_path / "a.data", format="csv").text == TEXT


def test_an_unknown_format_is_an_error_that_names_the_known_ones():
    with pytest.raises(ZawiyaError, match="expected one of txt, md, html"):
        list(read(["a"], options=ReadOptions(format="pdf")))
    with pytest.raises(ZawiyaError):
        read_bytes(b"", source="a", format="pdf")


def test_bytes_are_read_like_a_file():
    (article,) = read_bytes(FILES["a.csv"], source="upload/a.csv", format="csv")
    assert (article.id, article.source, article.text) == ("a-7", "upload/a.csv#1", TEXT)
    (skipped,) = read_bytes(b"", source="upload/b.txt", format="txt")
    assert skipped == Skipped("upload/b.txt", "empty", "no bytes")
