"""Ten times the text takes about ten times as long, whatever it is made of: no rule goes over it again and again.

Times are compared with each other, never with the clock, and with room to spare: what is not linear misses the bound
by far, since ten times the text then takes a hundred times as long.
"""

import csv
import io
import json
import time
from collections.abc import Callable

import pytest

from zawiya.actors import ActorFinder
from zawiya.labeler import sentences_of
from zawiya.reading import ReadOptions, read_bytes
from zawiya.records import Article
from zawiya.taxonomy import Taxonomy

SIZES = (4_000, 40_000)
LONG = (100_000, 1_000_000)
#: Most that ten times the text may take, in times; linear is 10, quadratic is 100.
BOUND = 40
#: Seconds below which a time is noise.
NOISE = 0.02
SENTENCE = "قال وزير الخارجية الروسي إن موسكو وواشنطن اتفقتا على محادثات."

#: Units that are repeated to the size asked for.
UNITS = {
    "letter": "ك",
    "clitics": "ولل",
    "word": "روسيا ",
    "office": "نائب رئيس مجلس الوزراء وزير ",
    "full stops": ".",
    "stops with spaces": ". ",
    "questions": "؟ ",
    "words with stops": "ا. ",
    "straight quotes": '"',
    "quotes with spaces": ' "',
    "quoted words": '"ا ',
    "opening quotes": "«",
    "quotes in pairs": "«»",
    "opening brackets": "(",
    "closing brackets": ")",
    "brackets by turns": "([{",
    "digits with stops": "1.",
    "digits": "1",
    "notes": "[12]",
    "list numbers": "1. ا\n",
    "addresses": "http://a.b/c?d=e ",
    "address without an end": "http://a.",
    "www": "www.",
    "at signs": "a@",
    "mail": "a.b@c.d ",
    "vowel marks": "\u064e",
    "letters with marks": "ب\u064e\u0651",
    "stacked marks": "e\u0301",
    "direction marks": "\u202e\u202c",
    "isolates": "\u2066",
    "tatweel": "ـ",
    "no width": "\u200b",
    "angles": "<",
    "ampersands": "&",
    "entities": "&lt;",
    "equals": "=",
    "dashes": " - ",
    "bars": " | ",
    "line ends": "\n",
    "lines": "سطر\n",
    "carriage returns": "\r",
    "blank paragraphs": "ا\n\n",
    "spaces": " ",
    "wide spaces": "\u3000",
    "colons": "قال: ",
    "hashes": "#ا ",
    "dates": "20 يناير 2021 ",
    "update": "آخر تحديث ",
    "presentation": "\ufdfa",
    "sentences": SENTENCE + " ",
}


def seconds(do: Callable[[], object]) -> float:
    """The shorter of two times, so that another process's turn does not count."""
    taken = []
    for _ in range(2):
        begun = time.perf_counter()
        do()
        taken.append(time.perf_counter() - begun)
        if taken[0] > 1:
            break
    return min(taken)


def assert_linear(make: Callable[[int], Callable[[], object]], sizes: tuple[int, int]) -> None:
    """That the larger size takes no more than the bound allows."""
    small, large = sizes
    first, second = (seconds(make(size)) for size in (small, large))
    assert second <= BOUND * max(first, NOISE), (
        f"{large / small:.0f} times the text took {second / first:.0f} times as long"
    )


def repeated(unit: str, size: int) -> str:
    """A text of a size, which a sentence opens and closes, so that it is Arabic."""
    return f"{SENTENCE}\n{unit * (size // len(unit))}\n{SENTENCE}"


@pytest.fixture(scope="module")
def finder() -> ActorFinder:
    """The actors that come with zawiya."""
    return ActorFinder(Taxonomy.load().actors)


def all_the_way(finder: ActorFinder, text: str) -> None:
    """Reads, splits, tells furniture, and matches."""
    for item in read_bytes(text.encode(), source="a.txt", format="txt"):
        article = item if isinstance(item, Article) else Article(id="a", text=text, title=SENTENCE)
        finder.find(article.with_sentences(sentences_of(article)))


@pytest.mark.parametrize("name", UNITS)
def test_text_is_read_split_and_matched_in_linear_time(finder: ActorFinder, name: str) -> None:
    assert_linear(lambda size: lambda: all_the_way(finder, repeated(UNITS[name], size)), SIZES)


@pytest.mark.slow
@pytest.mark.parametrize("name", UNITS)
def test_a_megabyte_is_read_split_and_matched_in_linear_time(finder: ActorFinder, name: str) -> None:
    assert_linear(lambda size: lambda: all_the_way(finder, repeated(UNITS[name], size)), LONG)


def _table(field: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "text"], ["1", field], ["2", SENTENCE]])
    return out.getvalue().encode()


#: Bytes of a size, by format and what they are.
FILES: dict[tuple[str, str], Callable[[int], bytes]] = {
    ("json", "open lists"): lambda n: b"[" * n,
    ("json", "open objects"): lambda n: b'{"a":' * (n // 5),
    ("json", "closed lists"): lambda n: b"[" + b"[]," * (n // 3) + b"{}]",
    ("json", "numbers"): lambda n: b"[" + b"1" * 4000 + b",1" * (n // 2) + b"]",
    ("json", "open text"): lambda n: b'{"text": "' + b"\\u0643" * (n // 6),
    ("json", "one text"): lambda n: json.dumps({"text": repeated("ك", n), "title": "ك" * n, "date": "1 " * n}).encode(),
    ("json", "many fields"): lambda n: json.dumps({f"k{i}": "x" for i in range(n // 12)} | {"text": SENTENCE}).encode(),
    ("json", "records in a row"): lambda n: b'{"text": "x"} ' * (n // 14),
    ("jsonl", "open lists"): lambda n: b"[" * n,
    ("jsonl", "short lines"): lambda n: b"{}\n" * (n // 3),
    ("jsonl", "blank lines"): lambda n: b"\n" * n,
    ("csv", "huge field"): lambda n: _table("ك" * n),
    ("csv", "quotes in a field"): lambda n: _table('"' * n),
    ("csv", "open quote"): lambda n: b'id,text\n1,"' + b"x,\n" * (n // 3),
    ("csv", "rows that open"): lambda n: b"text,b\n" + b'x",",\n' * (n // 6),
    ("csv", "quotes alone"): lambda n: b"text\n" + b'"' * n,
    ("csv", "quote lines"): lambda n: b"text\n" + b'"\n' * (n // 2),
    ("csv", "delimiters"): lambda n: b"text" + b"," * n + b"\nx" + b"," * n,
    ("csv", "short rows"): lambda n: b"text\n" + b"x\n" * (n // 2),
    ("md", "front matter without an end"): lambda n: b"---\n" + b"a: b\n" * (n // 5),
    ("md", "dashes"): lambda n: b"---\n" * (n // 4),
    ("md", "open lists"): lambda n: b"---\n" + b"[" * n + b"\n---\n",
    ("md", "keys"): lambda n: b"---\n" + b"".join(b"k%d: v\n" % i for i in range(n // 9)) + b"---\n",
    ("txt", "inner bytes of letters"): lambda n: b"\xd8\xa7" * (n // 2) + b"\x80" * (n // 2),
    ("txt", "high bytes"): lambda n: b"\xff" * n,
    ("txt", "broken letters"): lambda n: b"\xd8\xa7\xd8 " * (n // 4),
    ("html", "nested"): lambda n: b"<div>" * (n // 5),
    ("html", "angles"): lambda n: b"<" * min(n, 190_000),
    ("html", "flat"): lambda n: f"<p>{SENTENCE}</p>".encode() * (n // 200),
    ("html", "attribute without an end"): lambda n: b"<p>x</p><a href='" + b"x" * n,
    ("html", "attributes"): lambda n: b"<p " + b"a=b " * (n // 4) + b">x</p>",
    ("html", "comment without an end"): lambda n: f"<p>{SENTENCE}</p><!--".encode() + b"-" * n,
    ("html", "comments"): lambda n: f"<p>{SENTENCE}</p>".encode() + b"<!---->" * (n // 20),
    ("html", "ampersands"): lambda n: f"<p>{SENTENCE}".encode() + b"&" * n,
    ("html", "charset"): lambda n: b"<meta charset=" + b" " * n,
    ("html", "one word"): lambda n: f"<p>{SENTENCE}{'ك' * n}</p>".encode(),
    ("html", "spaces"): lambda n: f"<p>{SENTENCE}{' ' * n}ا</p>".encode(),
    ("html", "line ends"): lambda n: f"<p>{SENTENCE}{chr(10) * n}ا</p>".encode(),
    ("html", "digits"): lambda n: f"<p>{SENTENCE}{'2021-' * (n // 5)}</p>".encode(),
    ("html", "title"): lambda n: f"<title>{'ك - ' * (n // 4)}</title><p>{SENTENCE}</p>".encode(),
    ("html", "JSON-LD"): lambda n: f'<script type="application/ld+json">{"[" * n}</script><p>{SENTENCE}</p>'.encode(),
}


def read_all(data: bytes, kind: str) -> None:
    """Reads bytes and lets go of what they come to."""
    for _ in read_bytes(data, source="a", format=kind, options=ReadOptions(max_chars=3_000_000)):
        pass


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_files_are_read_in_linear_time(kind: str, name: str) -> None:
    def make(size: int) -> Callable[[], object]:
        data = FILES[kind, name](size)
        return lambda: read_all(data, kind)

    assert_linear(make, SIZES)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), FILES)
def test_files_of_a_megabyte_are_read_in_linear_time(kind: str, name: str) -> None:
    def make(size: int) -> Callable[[], object]:
        data = FILES[kind, name](size)
        return lambda: read_all(data, kind)

    assert_linear(make, LONG)
