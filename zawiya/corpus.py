"""Labelled articles as JSON Lines: corpora, predictions and corrected predictions share this one schema.

One article a line, UTF-8. Fields marked ? may be left out and are written only where they say something:

===========  =======================================================================================
article      ``id``, ``date``, ``outlet``, ``topic`` (the last three may be null), ``title``?, ``source``?,
             ``encoding``?, ``warnings``?, ``schema``? (the version, 1), ``text``, ``sentences``
sentence     ``start``, ``end``, ``role``, ``mentions``, ``frames``, ``frame_scores``?
mention      ``actor``, ``start``, ``end``, ``stance`` (null before labelling), ``holder`` (null where nobody
             holds a stance), ``scores``?, ``holder_score``?; for a target that the sentence does not name
             ``target``, its name, in the place of ``start`` and ``end``
===========  =======================================================================================

``start`` and ``end`` are offsets in Unicode code points into the article's ``text``, end exclusive, also in
mentions. What the offsets say is not stored: the texts of sentences and mentions, and a title that is the text
of the ``title`` sentences. Fields that the schema does not know are ignored, so that a corpus may carry notes.

The trade-off: every line is checked field by field, which is slower than trusting it, and in return a file
edited by hand says at once everything that is wrong with it.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import FaultsError, ZawiyaError
from .files import written_whole
from .records import ROLES, STANCES, Article, Mention, Sentence

#: Raised by one whenever a file of the older schema could be misread.
SCHEMA_VERSION = 1
#: Decimals of a score in a file.
DIGITS = 4


def article_to_json(article: Article) -> dict[str, Any]:
    """The article as plain values in the order of the schema, scores rounded to :data:`DIGITS` decimals."""
    return {
        "id": article.id,
        "date": article.date,
        "outlet": article.outlet,
        "topic": article.topic,
        **_given(
            title=article.title if article.title != _headline(article.text, article.sentences) else None,
            source=article.source,
            encoding=article.encoding,
            warnings=list(article.warnings) or None,
        ),
        "text": article.text,
        "sentences": [_sentence_to_json(sentence) for sentence in article.sentences],
    }


def dumps(article: Article) -> str:
    """The article as one line of a corpus file, without the line's end."""
    obj = article_to_json(article)
    line = json.dumps(obj, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        # half of a surrogate pair, which broken web pages hold, has no UTF-8
        return json.dumps(obj)
    return line


def article_from_json(obj: object) -> Article:
    """The article that one line describes, with the texts of its sentences and mentions filled in.

    :raises FaultsError: with every fault of the article.
    """
    reader = _Reader()
    article = reader.article(obj)
    if reader.faults:
        name = obj.get("id") if isinstance(obj, Mapping) else None
        raise FaultsError(f"article {name!r}" if isinstance(name, str) else "article", reader.faults)
    return article


def read_corpus(path: Path | str) -> Iterator[Article]:
    """The articles of a ``.jsonl`` or ``.jsonl.gz`` file, one at a time; blank lines are passed over.

    Once a line is at fault no more articles come, but the rest of the file is still checked.

    :raises FaultsError: at the end of the file, with every fault of it and its line number.
    :raises ZawiyaError: when the file cannot be read at all.
    """
    faults: list[str] = []
    for number, line in _lines(Path(path)):
        try:
            article = article_from_json(json.loads(line))
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: not JSON ({error.msg}, character {error.colno}); write one article a line")
        except FaultsError as error:
            faults += [f"line {number}, {error.source}: {fault}" for fault in error.faults]
        else:
            if not faults:
                yield article
    if faults:
        raise FaultsError(str(path), faults)


def write_corpus(path: Path | str, articles: Iterable[Article]) -> int:
    """Write a corpus file, gzipped where its name ends in ``.gz``, and return the number of articles.

    The file takes its name only once it is complete. The same articles always give the same bytes.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with written_whole(path) as unfinished, unfinished.open("wb") as raw:
        # a time or a name in the header would make equal files differ
        zipped = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else None
        for article in articles:
            (zipped or raw).write(f"{dumps(article)}\n".encode())
            count += 1
        if zipped:
            zipped.close()
    return count


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that hold something."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if text:
                    yield number, text
    except UnicodeDecodeError as error:
        raise ZawiyaError(f"{path}: expected UTF-8, found {error.reason}; convert the file to UTF-8") from error
    except (OSError, EOFError) as error:
        raise ZawiyaError(f"{path}: expected a corpus file (.jsonl or .jsonl.gz) that can be read: {error}") from error


def _sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    return {
        "start": sentence.start,
        "end": sentence.end,
        "role": sentence.role,
        "mentions": [_mention_to_json(mention) for mention in sentence.mentions],
        "frames": list(sentence.frames),
        **_given(frame_scores=_rounded(sentence.frame_scores)),
    }


def _mention_to_json(mention: Mention) -> dict[str, Any]:
    holder_score = mention.holder_score
    return {
        "actor": mention.actor,
        **({"target": mention.text} if mention.appended else {"start": mention.start, "end": mention.end}),
        "stance": mention.stance,
        "holder": mention.holder,
        **_given(
            scores=_rounded(mention.scores),
            holder_score=None if holder_score is None else round(float(holder_score), DIGITS),
        ),
    }


def _headline(text: str, sentences: Sequence[Sentence]) -> str | None:
    spans = [(sentence.start, sentence.end) for sentence in sentences if sentence.role == "title"]
    return text[spans[0][0] : spans[-1][1]] if spans else None


def _given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _rounded(scores: Mapping[str, float]) -> dict[str, float] | None:
    # float() because numpy's numbers are not JSON's
    return {name: round(float(score), DIGITS) for name, score in scores.items()} or None


_ABSENT = object()


class _Reader:
    """Reads one article and gathers its faults; a field at fault is replaced so that reading can go on."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def article(self, obj: object) -> Article:
        if not isinstance(obj, Mapping):
            self.faults.append(f"expected an object with id, text and sentences, found {_shown(obj)}")
            return Article("", "")
        if obj.get("schema", SCHEMA_VERSION) != SCHEMA_VERSION:
            self._fault(
                "",
                f"schema: expected {SCHEMA_VERSION}, found {_shown(obj['schema'])}; convert the file, or use the version "
                "of zawiya that wrote it",
            )
        text = self._string(obj, "text", "")
        sentences = [
            self._sentence(item, text, f"sentence {number}")
            for number, item in enumerate(self._list(obj, "sentences", ""), start=1)
        ]
        return Article(
            id=self._string(obj, "id", "", empty=False),
            text=text,
            title=self._optional_string(obj, "title", "") or _headline(text, sentences),
            date=self._optional_string(obj, "date", ""),
            outlet=self._optional_string(obj, "outlet", ""),
            topic=self._optional_string(obj, "topic", ""),
            sentences=tuple(sentences),
            source=self._optional_string(obj, "source", ""),
            encoding=self._optional_string(obj, "encoding", ""),
            warnings=self._strings(obj, "warnings", "", default=[]),
        )

    def _sentence(self, obj: object, text: str, place: str) -> Sentence:
        if not isinstance(obj, Mapping):
            self._fault(place, f"expected an object, found {_shown(obj)}")
            return Sentence(0, 0, "")
        start, end = self._span(obj, place, 0, len(text), "the article's text")
        role = obj.get("role", _ABSENT)
        if role not in ROLES:
            self._fault(place, f"role: expected one of {', '.join(ROLES)}, found {_shown(role)}")
        mentions = [
            self._mention(item, text, start, end, f"{place}, mention {number}")
            for number, item in enumerate(self._list(obj, "mentions", place), start=1)
        ]
        return Sentence(
            start,
            end,
            text[start:end],
            role=role,
            mentions=tuple(mentions),
            frames=self._strings(obj, "frames", place),
            frame_scores=self._scores(obj, "frame_scores", place),
        )

    def _mention(self, obj: object, text: str, first: int, last: int, place: str) -> Mention:
        if not isinstance(obj, Mapping):
            self._fault(place, f"expected an object, found {_shown(obj)}")
            return Mention("", 0, 0, "")
        target = self._target(obj, place)
        start, end = (last, last) if target else self._span(obj, place, first, last, "its sentence")
        stance = obj.get("stance", _ABSENT)
        holder = self._optional_string(obj, "holder", place)
        if stance not in (*STANCES, None):
            self._fault(place, f"stance: expected one of {', '.join(STANCES)} or null, found {_shown(stance)}")
        elif holder is not None and stance in ("neutral", None):
            self._fault(
                place,
                f"holder: nobody holds stance {_shown(stance)}, found {_shown(holder)}; make the holder null",
            )
        holder_score = obj.get("holder_score")
        if holder_score is not None and not _is_number(holder_score):
            self._fault(place, f"holder_score: expected a number, found {_shown(holder_score)}")
            holder_score = None
        return Mention(
            actor=self._string(obj, "actor", place, empty=False),
            start=start,
            end=end,
            text=target or text[start:end],
            stance=stance,
            holder=holder,
            scores=self._scores(obj, "scores", place),
            holder_score=holder_score,
        )

    def _target(self, obj: Mapping, place: str) -> str | None:
        """The name of a target that the sentence does not name, None where it does."""
        if "target" not in obj:
            return None
        if "start" in obj or "end" in obj:
            self._fault(
                place, "expected either target or start and end, found both; keep target if the text has no name"
            )
        return self._string(obj, "target", place, empty=False) or "target"

    def _fault(self, place: str, fault: str) -> None:
        self.faults.append(f"{place}, {fault}" if place else fault)

    def _span(self, obj: Mapping, place: str, first: int, last: int, within: str) -> tuple[int, int]:
        start, end = obj.get("start", _ABSENT), obj.get("end", _ABSENT)
        known = len(self.faults)
        for name, value in (("start", start), ("end", end)):
            if not isinstance(value, int) or isinstance(value, bool):
                self._fault(place, f"{name}: expected a whole number, found {_shown(value)}")
        if len(self.faults) > known:
            return first, last
        if not first <= start < end <= last:
            self._fault(place, f"start and end: expected a span of {within}, {first}–{last}, found {start}–{end}")
            return first, last
        return start, end

    def _string(self, obj: Mapping, name: str, place: str, *, empty: bool = True) -> str:
        value = obj.get(name, _ABSENT)
        if isinstance(value, str) and (value or empty):
            return value
        self._fault(place, f"{name}: expected text, found {_shown(value)}")
        return ""

    def _optional_string(self, obj: Mapping, name: str, place: str) -> str | None:
        value = obj.get(name)
        return None if value is None else self._string(obj, name, place)

    def _list(self, obj: Mapping, name: str, place: str) -> list:
        value = obj.get(name, _ABSENT)
        if isinstance(value, list):
            return value
        self._fault(place, f"{name}: expected a list, found {_shown(value)}")
        return []

    def _strings(self, obj: Mapping, name: str, place: str, default: list | None = None) -> tuple[str, ...]:
        values = self._list(obj, name, place) if name in obj or default is None else default
        for value in values:
            if not isinstance(value, str):
                self._fault(place, f"{name}: expected texts only, found {_shown(value)}")
        return tuple(values)

    def _scores(self, obj: Mapping, name: str, place: str) -> dict[str, float]:
        value = obj.get(name, {})
        if isinstance(value, Mapping) and all(_is_number(score) for score in value.values()):
            return dict(value)
        self._fault(place, f"{name}: expected a number for each label, found {_shown(value)}")
        return {}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: object) -> str:
    """A value as a fault shows it."""
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}…"
