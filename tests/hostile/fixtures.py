"""Inputs that mean harm or are merely broken: each with its name, what it is, and what becomes of it.

Each makes its files itself, so that nothing hostile lies in the repository. ``docs/reliability.md`` prints this table,
and a test holds the two together.
"""

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from zawiya.reading import Skipped
from zawiya.records import Article

from .makers import (
    MEGABYTE,
    TEXT,
    Make,
    billion_laughs,
    changed_zip,
    file,
    forbidden,
    front,
    gzip_bomb,
    invalid_name,
    link_loop,
    make_socket,
    memory,
    nested,
    packed_word_bomb,
    paragraph,
    parquet_bomb,
    table,
    word_file,
    word_xml,
    wrong_sum,
    yaml_bomb,
)

RECORD = json.dumps({"text": TEXT}, ensure_ascii=False)
READ = "read"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Hostile:
    """One row of the table.

    :param what: what it is, for the reader of the table.
    :param outcome: what a run makes of it, as :func:`outcome_of` says it.
    :param make: writes it into a folder.
    """

    name: str
    what: str
    outcome: str
    make: Make


def outcome_of(found: Iterable[Article | Skipped]) -> str:
    """What became of an input: ``read`` for each article, else the reason; the number where it is more than one."""
    counts = Counter(item.reason if isinstance(item, Skipped) else READ for item in found)
    return ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in sorted(counts.items())) or "nothing"


_PAGE = f"<html><body><article><p>{TEXT}</p><p>{TEXT} {TEXT}</p></article></body></html>"
_HEADLESS = f"<html><head><script>var x = '{TEXT}';</script></head><body><script>alert(1)</script></body></html>"
_SCRIPTED = _PAGE.replace("<p>", "<script>alert('&lt;b&gt;')</script><p onclick='alert(2)'>", 1)

HOSTILE: tuple[Hostile, ...] = (
    # what stands in a folder
    Hostile("link loop", "a link to the folder it lies in, and one to itself", "read, unreadable", link_loop),
    Hostile(
        "dangling link", "a link to nothing", "vanished", lambda folder: (folder / "a.txt").symlink_to(folder / "gone")
    ),
    Hostile("forbidden file", "a file that its owner may not read", "no_permission", forbidden),
    Hostile("unreadable file", "a link to a file of the system that gives no bytes", "unreadable", memory),
    Hostile("pipe", "a named pipe that nobody writes to", "unsupported", lambda folder: os.mkfifo(folder / "a.txt")),
    Hostile("socket", "a socket", "unsupported", make_socket),
    Hostile(
        "device",
        "a link to a device that never ends",
        "unsupported",
        lambda folder: (folder / "a.txt").symlink_to("/dev/zero"),
    ),
    Hostile("name with a line break", "a file name of two lines", READ, file("a\nb.txt", TEXT)),
    Hostile("name with an override", "a file name that is shown backwards", READ, file("a\u202etxt.gnp.txt", TEXT)),
    Hostile("name that is no UTF-8", "a file name of bytes that are no text", READ, invalid_name),
    Hostile("name of a formula", "a file name that a spreadsheet would calculate", READ, file("=1+1.txt", TEXT)),
    Hostile("program", "a file without a known format", "unsupported", file("a.exe", b"MZ\x90\x00")),
    # bytes
    Hostile("empty file", "no bytes", "empty", file("a.txt", b"")),
    Hostile("white space", "nothing but spaces and line ends", "empty", file("a.txt", " \r\n\t\u2003" * 100)),
    Hostile("mark alone", "a byte order mark and nothing behind it", "empty", file("a.txt", b"\xef\xbb\xbf")),
    Hostile("invisible text", "characters of no width", "no_text", file("a.txt", "\u200b\u200d\u2060\ufeff" * 50)),
    Hostile("UTF-16 without a mark", "Arabic in two bytes a letter", READ, file("a.txt", TEXT.encode("utf-16-le"))),
    Hostile("NUL bytes", "Arabic with NUL bytes in it", "binary", file("a.txt", TEXT.replace(" ", "\0"))),
    Hostile("picture", "a PNG image by the name of a text", "binary", file("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(64))),
    Hostile("ELF", "a program by the name of a text", "binary", file("a.txt", b"\x7fELF\x02\x01\x01" + bytes(64))),
    Hostile("ZIP", "an archive by the name of a text", "binary", file("a.txt", word_file())),
    Hostile("noise", "bytes by chance", "binary", file("a.txt", bytes(range(256)) * 16)),
    Hostile(
        "continuation bytes",
        "a line that is the inner bytes of letters",
        READ,
        file("a.txt", "ا".encode() * 10_000 + b"\x80" * 40_000),
    ),
    Hostile("other language", "a French article", "not_arabic", file("a.txt", "Le ministre a parlé de la trêve. " * 9)),
    # text
    Hostile("one token", "a megabyte without a space", READ, file("a.txt", "ك" * (MEGABYTE // 2))),
    Hostile("too long", "a text beyond --max-chars", "too_long", file("a.txt", TEXT * 60_000)),
    Hostile(
        "million marks",
        "a million vowel marks on one letter",
        READ,
        file("a.txt", "ب" + "\u064e" * 1_000_000 + f"\n{TEXT}"),
    ),
    Hostile(
        "override text",
        "marks that turn the direction of reading",
        READ,
        file("a.txt", f"\u202e{TEXT}\u202c \u2066{TEXT}\u2069" + "\u202e" * 1000),
    ),
    Hostile("half surrogates", "halves of characters, encoded alone", READ, file("a.txt", f"{TEXT} \ud800 {TEXT}")),
    Hostile("script text", "a text with HTML in it", READ, file("a.txt", f"<script>alert(1)</script> {TEXT}")),
    Hostile(
        "formula text",
        "sentences that a spreadsheet would calculate",
        READ,
        file("a.txt", f'=HYPERLINK("http://x";"{TEXT}")\n\n@SUM(1) {TEXT}'),
    ),
    # gzip
    Hostile(
        "gzip cut short",
        "gzip data that ends early",
        "read, truncated",
        file("a.jsonl.gz", gzip.compress(f"{RECORD}\n{RECORD}".encode())[:-4]),
    ),
    Hostile(
        "gzip with a wrong sum",
        "gzip data whose check does not fit",
        "truncated",
        file("a.jsonl.gz", wrong_sum(gzip.compress(f"{RECORD}\n{RECORD}\n".encode()))),
    ),
    Hostile("gzip in gzip", "packed twice", "binary", file("a.txt.gz", gzip.compress(gzip.compress(TEXT.encode())))),
    Hostile(
        "gzip bomb, text",
        "4 GB of one word in 20 MB",
        "too_long, truncated",
        lambda folder: (folder / "a.txt.gz").write_bytes(gzip_bomb(unit=b"word ")),
    ),
    Hostile(
        "gzip bomb, lines",
        "4 GB of empty lines in 4 MB",
        "truncated",
        lambda folder: (folder / "a.jsonl.gz").write_bytes(gzip_bomb()),
    ),
    Hostile(
        "gzip bomb, one line",
        "4 GB without a line end in 4 MB",
        "truncated",
        lambda folder: (folder / "a.jsonl.gz").write_bytes(gzip_bomb(unit=b"x")),
    ),
    Hostile(
        "gzip bomb, two bytes a letter",
        "UTF-16 that never ends a line",
        "truncated",
        lambda folder: (folder / "a.jsonl.gz").write_bytes(
            gzip.compress(b"\xff\xfe" + "ك".encode("utf-16-le") * 1000) + gzip_bomb(unit="ك".encode("utf-16-le"))
        ),
    ),
    Hostile(
        "gzip bomb, table",
        "4 GB of quotes in 4 MB",
        "truncated",
        lambda folder: (folder / "a.csv.gz").write_bytes(gzip.compress(b'text\n"') + gzip_bomb(unit=b'""')),
    ),
    Hostile(
        "gzip bomb, page",
        "4 GB of tags in 4 MB",
        "too_long, truncated",
        lambda folder: (folder / "a.html.gz").write_bytes(gzip_bomb(unit=b"<b>")),
    ),
    Hostile(
        "gzip bomb, JSON",
        "4 GB of lists in 4 MB",
        "malformed, truncated",
        lambda folder: (folder / "a.json.gz").write_bytes(gzip.compress(b'{"a":[') + gzip_bomb(unit=b"[],[],[],")),
    ),
    # JSON
    Hostile("JSON depth", "a hundred thousand open lists", "malformed", file("a.json", "[" * 100_000)),
    Hostile(
        "JSON depth in a field",
        "nine hundred objects in one another as the outlet",
        READ,
        file("a.json", f'{{"text": "{TEXT}", "source": {nested(900).replace("source", "name")}}}'),
    ),
    Hostile(
        "JSON with a key twice",
        "the same field twice: the last one counts",
        READ,
        file("a.json", f'{{"text": "x", "text": "{TEXT}"}}'),
    ),
    Hostile(
        "JSON with no numbers",
        "NaN and Infinity as id and date",
        READ,
        file("a.json", f'{{"id": NaN, "date": -Infinity, "text": "{TEXT}"}}'),
    ),
    Hostile(
        "JSON with a number of 400 digits",
        "as id and date",
        READ,
        file("a.json", f'{{"id": 1{"0" * 400}, "date": 1{"0" * 400}, "text": "{TEXT}"}}'),
    ),
    Hostile(
        "JSON with a number of 5,000 digits",
        "more than Python turns into text",
        "malformed",
        file("a.json", f'{{"id": 1{"0" * 5000}, "text": "{TEXT}"}}'),
    ),
    Hostile(
        "JSON with half surrogates",
        "in text, title, id and outlet",
        READ,
        file("a.json", f'{{"text": "{TEXT} \\ud800", "title": "\\udfff", "id": "\\ud800", "outlet": "\\udc00"}}'),
    ),
    Hostile(
        "JSON with half surrogates for names",
        "fields that no file can name",
        "no_text",
        file("a.json", '{"\\ud800": 1}'),
    ),
    Hostile(
        "JSON with NUL",
        "NUL characters in text and id",
        READ,
        file("a.json", f'{{"id": "a\\u0000b", "text": "{TEXT} \\u0000"}}'),
    ),
    Hostile(
        "half a line",
        "JSON Lines of which the second is cut",
        "malformed, read ×2",
        file("a.jsonl", f"{RECORD}\n{RECORD[:20]}\n{RECORD}\n"),
    ),
    Hostile(
        "ids that climb",
        "ids that are paths out of the folder",
        "read ×4",
        file(
            "a.jsonl",
            "".join(
                json.dumps({"id": each, "text": TEXT}) + "\n"
                for each in ("../../etc/passwd", "/etc/passwd", "C:\\x", "a\nb\0c")
            ),
        ),
    ),
    Hostile(
        "ids that clash", "one id three times", "read ×3", file("a.jsonl", f'{{"id": "1", "text": "{TEXT}"}}\n' * 3)
    ),
    Hostile(
        "spans that lie",
        "sentences that lie outside their text",
        READ,
        file("a.json", json.dumps({"text": TEXT, "sentences": [{"role": "title", "start": -5, "end": 10**30}]})),
    ),
    # tables
    Hostile(
        "CSV of formulas",
        "cells that a spreadsheet would calculate",
        "read ×3",
        file("a.csv", f'id,text\n=1+1,"={TEXT}"\n"＝1+1","\t=cmd|\'/c calc\'!A0 {TEXT}"\n@x,"-2+3 {TEXT}"\n'),
    ),
    Hostile(
        "CSV with unbalanced quotes",
        "a quote that is never closed",
        "malformed, read",
        file("a.csv", f'id,text,x\n1,"{TEXT}\n2,{TEXT},\n'),
    ),
    Hostile(
        "CSV whose every row opens a quote",
        "each row would swallow the rest",
        "malformed ×15",
        file("a.csv", "text,b\n" + 'x",",\n' * 30_000),
    ),
    Hostile(
        "CSV of many columns",
        "a hundred thousand columns",
        "read",
        file("a.csv", "text" + ",x" * 100_000 + f"\n{TEXT}" + "," * 100_000 + "\n"),
    ),
    Hostile(
        "CSV with a huge field",
        "a cell of twenty megabytes",
        "read, too_long",
        file("a.csv", 'text,b\n"' + "x" * (20 * MEGABYTE) + f'",1\n{TEXT},2\n'),
    ),
    Hostile("CSV with NUL", "NUL bytes in a row", "binary", file("a.csv", f"text\n{TEXT}\0\n")),
    Hostile(
        "Parquet cut short",
        "a Parquet file without its end",
        "malformed",
        file("a.parquet", table({"text": [TEXT] * 100})[:-50]),
    ),
    Hostile(
        "Parquet of numbers",
        "a text column of whole numbers",
        "malformed ×2",
        file("a.parquet", table({"text": [1, 2]})),
    ),
    Hostile(
        "Parquet that is no text",
        "bytes that are no UTF-8 in a text column",
        "malformed",
        file("a.parquet", table({"text": pa.array([b"\xff\xfe"]).view(pa.string())})),
    ),
    Hostile(
        "Parquet bomb",
        "16 GB of text in kilobytes",
        "too_long",
        lambda folder: (folder / "a.parquet").write_bytes(parquet_bomb()),
    ),
    # pages
    Hostile("page with script", "scripts around and inside an article", READ, file("a.html", _SCRIPTED)),
    Hostile("page of script alone", "a page without an article", "no_text", file("a.html", _HEADLESS)),
    Hostile(
        "page that is deep",
        "a hundred thousand tags in one another",
        "no_text",
        file("a.html", f"<html><body>{'<div>' * 100_000}<p>{TEXT}</p></body></html>"),
    ),
    Hostile("page of tags", "a million empty tags", "too_long", file("a.html", "<p></p>" * 1_000_000)),
    Hostile(
        "page with an open attribute",
        "an attribute without an end",
        "read",
        file("a.html", f'<html><body><p>{TEXT}</p><a href="' + "x" * MEGABYTE),
    ),
    Hostile(
        "page that names a false encoding",
        "an encoding that is none for text",
        READ,
        file("a.html", _PAGE.replace("<body>", "<head><meta charset='zlib'></head><body>").encode("windows-1256")),
    ),
    # Word
    Hostile("Word that is no archive", "text by the name of a document", "malformed", file("a.docx", TEXT)),
    Hostile(
        "Word without a body",
        "a document whose XML has no body",
        "malformed",
        file("a.docx", changed_zip(word_file(), {"word/document.xml": f'<w:document xmlns:w="{_W}"/>'.encode()})),
    ),
    Hostile(
        "Word bomb",
        "400 MB of picture in half a megabyte",
        "too_long",
        lambda folder: (folder / "a.docx").write_bytes(packed_word_bomb()),
    ),
    Hostile(
        "Word of paragraphs",
        "three million empty paragraphs in kilobytes",
        "too_long",
        lambda folder: (folder / "a.docx").write_bytes(word_xml("<w:p/>" * 3_000_000)),
    ),
    Hostile(
        "Word with outside entities",
        "an entity that names a file of the system (XXE)",
        READ,
        file("a.docx", word_xml(paragraph(f"{TEXT} &x;"), '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>')),
    ),
    Hostile(
        "Word of a billion laughs",
        "entities that name one another ten times",
        "malformed",
        file("a.docx", word_xml(paragraph(f"{TEXT} &a8;"), billion_laughs())),
    ),
    # front matter
    Hostile("front matter bomb", "mappings that merge one another ten times", READ, file("a.md", yaml_bomb())),
    Hostile(
        "front matter in itself", "an outlet that is its own name", READ, file("a.md", front("source: &a {name: *a}"))
    ),
    Hostile(
        "front matter of Python",
        "tags that ask for code to be run",
        READ,
        file("a.md", front("title: !!python/object/apply:os.system ['touch /tmp/zawiya']")),
    ),
    Hostile(
        "front matter of odd values",
        "dates, flags and numbers that are none",
        READ,
        file("a.md", front("date: !!timestamp x")),
    ),
    Hostile("front matter, flags", "a flag that is none", READ, file("a.md", front("date: !!bool x"))),
    Hostile(
        "front matter, deep",
        "ten thousand open lists",
        READ,
        file("a.md", front("title: " + "[" * 10_000) + TEXT * 1000),
    ),
    Hostile(
        "front matter, huge key",
        "a number of thousands of digits for a name",
        READ,
        file("a.md", front(f"0x{'f' * 9000}: 1") + TEXT * 1000),
    ),
    Hostile(
        "front matter without an end",
        "a long text that begins as front matter",
        READ,
        file("a.md", f"---\n{'ا: ب ' * 30_000}\n{TEXT}\n"),
    ),
)
