"""Whatever bytes and characters come in, nothing breaks: named outcomes only, and offsets that hold what they claim."""

import csv
import gzip
import io
import json
import os
import string
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import scorer
from tests.reading.test_formats import FILES
from zawiya.actors import ActorFinder
from zawiya.corpus import article_from_json, dumps, read_corpus, write_corpus
from zawiya.errors import ZawiyaError
from zawiya.infer.sheets import cells
from zawiya.labeler import Labeler, sentences_of
from zawiya.linear import LinearModel
from zawiya.reading import ReadOptions, Skipped, read_bytes
from zawiya.reading.formats import FORMATS
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import Taxonomy

NAMES = [row.name for row in FORMATS]
SUFFIX = {name.rpartition(".")[2]: content for name, content in FILES.items()}
LINK = "".join(("https", "://x.example/a.b?c=d"))
#: What the rules look at: letters, marks, signs, names, and what a browser or an editor leaves behind.
PIECES = st.sampled_from([
    *("موسكو", "واشنطن", "اتهمت", "شكرت", "روسيا", "الولايات المتحدة", "وزير الخارجية", "محادثات", "و", "ب", "لل", "ال"),
    *(". ", ".", "؟", "!", "…", "،", "؛", ":", "«", "»", '"', "'", "(", ")", "[", "]", "{", "}", "-", "–", "ـ" * 9),
    *("\n", "\r\n", "\r", "\n\n", "\t", " ", "\u00a0", "\u2028", "\u0085", "\v", "\f", "\x1c", "\0", "\ufeff", "\u200f"),
    *("\u202e", "\u202c", "\u2066", "\u2069", "\u200b", "\u200d", "\u064b", "\u0651", "\u0670", "\ufdfa", "\ufefb"),
    *("\ud800", "\udfff", "\U0001f600", "\U000e0041", "\ufffd", "ß", "İ", "ŉ", "１２", "٣٫١٤", "1.2.3", "[12]", "#وسم", "@x"),
    *(LINK, "www.x", "a@b.c", "آخر تحديث", "شارك", "اقرأ أيضا", "رويترز", "أ.ف.ب.", "https", "= 1", "<b>", "&amp;"),
])  # fmt: skip
TEXTS = st.one_of(
    st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=200),
)
#: As reading gives them: half characters have become U+FFFD.
WHOLE_TEXTS = TEXTS.map(lambda text: text.encode(errors="replace").decode())
#: As JSON gives them: two halves side by side are one character.
JOINED_TEXTS = TEXTS.map(lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
#: What strangers put into the fields of records.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just(10**4000),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "text"]) | TEXTS, inner, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(["text", "title", "date", "source", "id", "topic", "sentences", "content", "نص", "x"])
RECORDS = st.dictionaries(FIELDS, VALUES, max_size=6)
MAYBE_SLOW = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=40)


def longer(examples: int) -> Callable[[Any], Any]:
    """The same property over many more examples, for the slow run."""
    return settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=examples)


def outcomes(data: bytes, kind: str, **options: Any) -> list[Article | Skipped]:
    """What a format makes of bytes, seen to be fit for every output."""
    found = list(read_bytes(data, source=f"in/a.{kind}", format=kind, options=ReadOptions(**options)))
    assert found, "an input came to nothing"
    for item in found:
        assert isinstance(item, Article | Skipped)
        if isinstance(item, Skipped):
            assert item.detail
            f"{item.source} {item.detail}".encode()
            assert len(item.detail) < 1000
        else:
            json.dumps(
                [item.id, item.text, item.title, item.date, item.outlet, item.topic], ensure_ascii=False
            ).encode()
            assert item.text.strip()
    return found


@st.composite
def damaged(draw: st.DrawFn, kind: str) -> bytes:
    """A sound file with a few wounds, or bytes by chance."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.binary(max_size=300))
    content = bytearray(SUFFIX[kind])
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        match draw(st.sampled_from(["cut", "flip", "insert", "delete", "repeat"])):
            case "cut":
                del content[at:]
            case "flip" if content:
                content[at] ^= draw(st.integers(1, 255))
            case "insert":
                content[at:at] = draw(
                    st.binary(max_size=6) | TEXTS.map(lambda text: text.encode(errors="surrogatepass"))
                )
            case "repeat":
                content[at:at] = content[at : at + 40] * draw(st.integers(1, 50))
            case _:
                del content[at : at + draw(st.integers(1, 200))]
    return bytes(content)


def reading(kind: str, data: st.DataObject) -> None:
    content = data.draw(damaged(kind))
    if data.draw(st.booleans()):
        content = gzip.compress(content, 1)[: None if data.draw(st.booleans()) else -data.draw(st.integers(1, 9))]
    first = outcomes(content, kind)
    assert outcomes(content, kind) == first


@pytest.mark.parametrize("kind", NAMES)
@MAYBE_SLOW
@given(data=st.data())
def test_any_bytes_of_any_format_come_to_named_outcomes_and_the_same_ones_twice(kind: str, data: st.DataObject) -> None:
    reading(kind, data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", NAMES)
@longer(400)
@given(data=st.data())
def test_any_bytes_of_any_format_at_length(kind: str, data: st.DataObject) -> None:
    reading(kind, data)


@pytest.mark.parametrize("kind", ["txt", "md", "html", "csv", "jsonl"])
@MAYBE_SLOW
@given(text=TEXTS, encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-le", "windows-1256", "utf-32"]))
def test_any_text_in_any_encoding_comes_to_named_outcomes(kind: str, text: str, encoding: str) -> None:
    outcomes((f"---\n{text}\n---\n{text}" if kind == "md" else text).encode(encoding, errors="ignore"), kind)


@MAYBE_SLOW
@given(rows=st.lists(RECORDS | VALUES, min_size=1, max_size=4), lines=st.booleans())
def test_any_json_value_comes_to_named_outcomes(rows: list[object], lines: bool) -> None:
    dumped = [json.dumps(row) if not _endless(row) else '{"id": 1' + "0" * 5000 + "}" for row in rows]
    data = "\n".join(dumped) if lines else f"[{', '.join(dumped)}]"
    outcomes(data.encode(), "jsonl" if lines else "json")


def _lines(rows: list[object]) -> bytes:
    return "\n".join(json.dumps(row) for row in rows if not _endless(row)).encode()


def _endless(value: object) -> bool:
    # Python writes no number of so many digits
    try:
        json.dumps(value)
    except ValueError:
        return True
    return False


@MAYBE_SLOW
@given(rows=st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5), quoted=st.booleans())
def test_any_table_comes_to_named_outcomes(rows: list[list[str]], quoted: bool) -> None:
    out = io.StringIO()
    out.write("id,text\n")
    if quoted:
        csv.writer(out).writerows(rows)
    else:
        out.writelines(",".join(row) + "\n" for row in rows)
    data = out.getvalue().encode(errors="surrogatepass")
    for size in (50, 2_000_000):
        found = list(read_bytes(data, source="a.csv", format="csv", options=ReadOptions(max_chars=size)))
        assert all(isinstance(item, Article | Skipped) for item in found)


def check_sentences(text: str, sentences: tuple[Sentence, ...]) -> None:
    """Offsets slice what they claim; sentences stand in order, apart from each other, each with its mentions inside."""
    end = 0
    for sentence in sentences:
        assert end <= sentence.start < sentence.end
        assert text[sentence.start : sentence.end] == sentence.text
        end = sentence.end
        place = sentence.start
        for mention in sentence.mentions:
            assert place <= mention.start < mention.end <= sentence.end
            assert text[mention.start : mention.end] == mention.text
            place = mention.start
    assert end <= len(text)


def splitting(text: str, title: str | None) -> None:
    article = Article(id="a", text=text, title=title)
    sentences = sentences_of(article)
    check_sentences(text, sentences)
    assert sentences_of(article) == sentences
    kept = "".join(sentence.text for sentence in sentences)
    letters = [each for each in text if unicodedata.category(each)[0] in "LN"]
    assert [each for each in kept if unicodedata.category(each)[0] in "LN"] == letters


@MAYBE_SLOW
@given(text=TEXTS, title=st.none() | TEXTS)
def test_sentences_hold_every_letter_in_order(text: str, title: str | None) -> None:
    splitting(text, title)


@pytest.mark.slow
@longer(3000)
@given(text=TEXTS, title=st.none() | TEXTS)
def test_sentences_at_length(text: str, title: str | None) -> None:
    splitting(text, title)


@pytest.fixture(scope="module")
def finder() -> ActorFinder:
    """The actors that come with zawiya."""
    return ActorFinder(Taxonomy.load().actors)


def finding(finder: ActorFinder, text: str, title: str | None, date: str | None) -> None:
    article = Article(id="a", text=text, title=title, date=date)
    found = finder.find(article.with_sentences(sentences_of(article)))
    check_sentences(text, found.sentences)
    assert finder.find(article.with_sentences(sentences_of(article))) == found


@MAYBE_SLOW
@given(text=TEXTS, title=st.none() | TEXTS, date=st.sampled_from([None, "2021-01-20", "x", "٢٠٢١"]) | TEXTS)
def test_mentions_slice_the_names_that_they_claim(
    finder: ActorFinder, text: str, title: str | None, date: str | None
) -> None:
    finding(finder, text, title, date)


@pytest.mark.slow
@longer(2000)
@given(text=TEXTS, title=st.none() | TEXTS, date=st.none() | TEXTS)
def test_mentions_at_length(finder: ActorFinder, text: str, title: str | None, date: str | None) -> None:
    finding(finder, text, title, date)


WORDS = LinearModel(
    "words",
    ("interference", "diplomacy"),
    stance=scorer(("شكرت", "اتهمت"), [[6, 0, 0], [0, 6, 0]], [0, 0, 3]),
    holder=scorer(("<اتهمت",), [[0, 0, 6]], [3, 0, 0]),
    frame=scorer(("تدخل", "محادثات"), [[9, 0], [0, 9]], [-4, -4]),
)


@pytest.fixture(scope="module", params=["encoder", "linear"])
def any_labeler(request: pytest.FixtureRequest, labeler: Labeler) -> Labeler:
    """A tiny labeler of each kind."""
    return labeler if request.param == "encoder" else Labeler(judge=WORDS, taxonomy=labeler.taxonomy)


def test_half_a_character_is_labelled_like_any_other(labeler: Labeler) -> None:
    labelling(labeler, "\ud800 قالت موسكو \udfff.")


def labelling(labeler: Labeler, text: str) -> None:
    article = labeler.label(text)
    check_sentences(text, article.sentences)
    assert labeler.label(text) == article
    # as written it is what it was, but for scores, which are rounded
    again = article_from_json(json.loads(dumps(article)))
    assert dumps(again) == dumps(article)
    assert [s.text for s in again.sentences] == [s.text for s in article.sentences]


@MAYBE_SLOW
@given(text=WHOLE_TEXTS)
def test_any_text_is_labelled_and_written(any_labeler: Labeler, text: str) -> None:
    labelling(any_labeler, text)


@pytest.mark.slow
@longer(3000)
@given(text=WHOLE_TEXTS)
def test_any_text_is_labelled_at_length(any_labeler: Labeler, text: str) -> None:
    labelling(any_labeler, text)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Articles as they may stand in a corpus, of whatever text."""
    text = draw(JOINED_TEXTS)
    spans = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    sentences = []
    for start, end in pairwise(spans):
        stance = draw(st.sampled_from([None, "favor", "against", "neutral"]))
        held = draw(st.none() | st.just("author")) if stance in {"favor", "against"} else None
        mention = Mention("x", start, end, text[start:end], stance, held)
        sentences.append(
            Sentence(start, end, text[start:end], draw(st.sampled_from(["body", "furniture"])), (mention,), ("f",))
        )
    some = st.none() | JOINED_TEXTS.filter(bool)
    return Article(
        draw(JOINED_TEXTS.filter(bool)),
        text,
        draw(some),
        draw(some),
        draw(some),
        draw(some),
        tuple(sentences),
        draw(some),
    )


@MAYBE_SLOW
@given(written=st.lists(articles(), max_size=3), packed=st.booleans())
def test_records_survive_a_corpus_file(
    tmp_path_factory: pytest.TempPathFactory, written: list[Article], packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / f"corpus{os.getpid()}.jsonl{'.gz' if packed else ''}"
    write_corpus(path, written)
    assert list(read_corpus(path)) == written


@MAYBE_SLOW
@given(data=st.binary(max_size=200) | st.lists(RECORDS, max_size=3).map(_lines), packed=st.booleans())
def test_a_corpus_file_of_anything_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{os.getpid()}.jsonl{'.gz' if packed else ''}"
    path.write_bytes(gzip.compress(data)[: len(data) + 15] if packed else data)
    refused_or(lambda: list(read_corpus(path)))


@MAYBE_SLOW
@given(value=VALUES | RECORDS)
def test_a_record_of_anything_is_an_article_or_refused(value: object) -> None:
    refused_or(lambda: article_from_json(value))


def refused_or(make: Callable[[], object]) -> None:
    try:
        make()
    except ZawiyaError as error:
        assert str(error)


def cell(value: str | list[str]) -> str:
    """A value as a CSV file holds it."""
    return cells(pa.array([value]))[0].as_py()


def starts() -> Iterator[str]:
    yield from ("=", "+", "-", "@")
    # a Japanese or Chinese spreadsheet takes the wide and small forms for the plain ones
    yield from ("＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")


#: What may stand in front of a formula and be dropped by a spreadsheet, or be seen by nobody.
UNSEEN = st.text(
    st.sampled_from(" \t\r\n\v\f\0\u00a0\u3000\u2003\ufeff\u200b\u200e\u200f\u202a\u202e\u2060\u00ad"), max_size=3
)


@given(lead=UNSEEN, start=st.sampled_from(list(starts())), rest=WHOLE_TEXTS, listed=st.booleans())
def test_no_cell_of_a_csv_file_begins_a_formula(lead: str, start: str, rest: str, listed: bool) -> None:
    written = lead + start + rest
    assert cell([written, "x"] if listed else written).startswith("'")


@given(text=WHOLE_TEXTS)
def test_a_cell_holds_its_text_and_at_most_a_mark_before_it(text: str) -> None:
    assert cell(text) in {text, f"'{text}"}


@given(word=st.text(string.ascii_letters + "موسكو«(", min_size=1), rest=WHOLE_TEXTS)
def test_a_cell_that_begins_with_a_word_is_as_it_was(word: str, rest: str) -> None:
    assert cell(word + rest) == word + rest
