"""Changes to a sentence that must not change its labels: other spellings, other marks, other names, other company.

Each is a function from a sentence to its changed forms, none where there is nothing to change; the spans of the mentions
follow the text. Nothing is drawn at random: what a sentence becomes depends on its text alone.
"""

import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from zawiya.arabic import TATWEEL
from zawiya.records import Mention, Sentence

from .cases import Checklist, NameGroup

#: A stretch of text and what takes its place.
Edit = tuple[int, int, str]

_MARKS = "\u064e\u064f\u0650\u0651\u0652"
_RLM, _LRM, _RLE, _PDF = "\u200f", "\u200e", "\u202b", "\u202c"
_QUOTES = (("“", "”"), ('"', '"'), ("„", "“"), ("‹", "›"), ("‘", "’"), ("((", "))"))
#: Other names that are tried for each mention.
SWAPS = 2


@dataclass(frozen=True, slots=True)
class Transformation:
    """A change with what must hold of it.

    :param renames: whether it changes who is named, so that a holder goes by another name.
    """

    name: str
    about: str
    forms: Callable[[Sentence], Sequence[Sentence]]
    renames: bool = False


def transformations(checklist: Checklist) -> tuple[Transformation, ...]:
    """Every transformation, those of names and company by the lists of a checklist."""
    groups, fillers = checklist.groups, checklist.fillers
    return (
        Transformation("actor swap", "Another actor in the same role", lambda s: swapped(s, groups), renames=True),
        Transformation("actor masked", "An invented name in the same role", lambda s: masked(s, groups), renames=True),
        Transformation("hamza", "Alif without its hamza", hamza),
        Transformation("diacritics", "Vowel marks on every word", diacritics),
        Transformation("tatweel", "Words drawn out", tatweel),
        Transformation("yeh", "ى for final ي", yeh),
        Transformation("presentation forms", "Letters by their shapes, as old files hold them", presentation_forms),
        Transformation("bidi marks", "Invisible direction marks around names and words", bidi_marks),
        Transformation("quotation marks", "Quotation marks of every kind", quotation_marks),
        Transformation("unrelated sentence", "A sentence about something else behind it", lambda s: joined(s, fillers)),
    )


def edited(sentence: Sentence, edits: Sequence[Edit]) -> Sentence:
    """A sentence with stretches of its text replaced, its mentions moved along.

    What is put in where a mention begins stands before it, and where it ends, behind it.

    :param edits: in order, not overlapping, none across an end of a mention, by offsets into the sentence.
    """
    made: list[str] = []
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = length = 0

    def write(text: str) -> None:
        nonlocal length
        made.append(text)
        length += len(text)

    for first, last, put in (*edits, (len(sentence.text), len(sentence.text), "")):
        for place in range(at, first):
            ends[place] = ends.get(place, length)
            begins[place] = length
            write(sentence.text[place])
        ends[first] = ends.get(first, length)
        write(put)
        begins[first] = length - len(put) if last > first else length
        at = last
    text = "".join(made)

    def moved(m: Mention) -> Mention:
        start, end = begins[m.start - sentence.start], ends[m.end - sentence.start]
        return replace(m, start=start, end=end, text=text[start:end])

    return Sentence(0, length, text, sentence.role, tuple(map(moved, sentence.mentions)), sentence.frames)


def _letterwise(sentence: Sentence, change: Callable[[str, int], str]) -> list[Sentence]:
    """The sentence with each character replaced by what is made of the text at its place; nothing where none differs."""
    text = sentence.text
    made = [change(text, place) for place in range(len(text))]
    edits = [(n, n + 1, put) for n, (old, put) in enumerate(zip(text, made, strict=True)) if old != put]
    return [edited(sentence, edits)] if edits else []


def hamza(sentence: Sentence) -> list[Sentence]:
    """Alif without hamza or madda."""
    return _letterwise(sentence, lambda text, n: "ا" if text[n] in "أإآ" else text[n])


def yeh(sentence: Sentence) -> list[Sentence]:
    """ى for ي at the end of words, as in Egypt."""
    return _letterwise(
        sentence, lambda text, n: "ى" if text[n] == "ي" and not _letter(text, _next(text, n)) else text[n]
    )


def diacritics(sentence: Sentence) -> list[Sentence]:
    """A vowel mark behind every second letter that has none; which one turns with the place."""

    def vowelled(text: str, n: int) -> str:
        bare = n % 2 and _letter(text, n) and not _mark(text, n + 1)
        return text[n] + _MARKS[n % len(_MARKS)] if bare else text[n]

    return _letterwise(sentence, vowelled)


def tatweel(sentence: Sentence) -> list[Sentence]:
    """Every word drawn out once, where two of its letters join."""

    def drawn(text: str, n: int) -> str:
        first = next((m for m in range(n, -1, -1) if not (_letter(text, m) or _mark(text, m))), -1) + 1
        # not before a mark, which would stand on what is put in
        joined = [m for m in range(first, n + 1) if _joins_after(text, m) and not _mark(text, m + 1)]
        return text[n] + TATWEEL * 2 if joined and joined[-1] == n and len(joined) == 1 else text[n]

    return _letterwise(sentence, drawn)


def presentation_forms(sentence: Sentence) -> list[Sentence]:
    """Each letter as the character of its shape: isolated, at the beginning, inside or at the end."""

    def shaped(text: str, n: int) -> str:
        before = _joins_after(text, _last(text, n))
        after = _joins_after(text, n)
        shape = ("<medial>" if after else "<final>") if before else ("<initial>" if after else "<isolated>")
        return _shapes().get(text[n], {}).get(shape, text[n])

    return _letterwise(sentence, shaped)


@cache
def _shapes() -> dict[str, dict[str, str]]:
    """For each letter the character of each of its shapes, by Unicode's own decompositions."""
    shapes: dict[str, dict[str, str]] = {}
    for code in range(0xFE70, 0xFEFD):
        kind, *letters = unicodedata.decomposition(chr(code)).split() or ("",)
        if len(letters) == 1:
            shapes.setdefault(chr(int(letters[0], 16)), {})[kind] = chr(code)
    return shapes


def _joins_after(text: str, place: int) -> bool:
    """Whether a letter joins the next one."""
    behind = _next(text, place)
    if not (_letter(text, place) and _letter(text, behind)):
        return False
    return "<initial>" in _shapes().get(text[place], {}) and "<final>" in _shapes().get(text[behind], {})


def _next(text: str, place: int) -> int:
    """The place behind a letter and its marks."""
    return next((n for n in range(place + 1, len(text)) if not _mark(text, n)), len(text))


def _last(text: str, place: int) -> int:
    """The place of the letter before, over its marks; -1 where there is none."""
    return next((n for n in range(place - 1, -1, -1) if not _mark(text, n)), -1)


def _mark(text: str, place: int) -> bool:
    return place < len(text) and unicodedata.category(text[place]) == "Mn"


def _letter(text: str, place: int) -> bool:
    return 0 <= place < len(text) and "\u0621" <= text[place] <= "\u064a" and text[place] != TATWEEL


def bidi_marks(sentence: Sentence) -> list[Sentence]:
    """Marks of direction around the sentence, around every mention, and behind every third word."""
    edits: dict[int, str] = {0: _RLE}
    for number, place in enumerate(n for n, character in enumerate(sentence.text) if character == " "):
        if number % 3 == 2:
            edits[place] = _LRM
    for m in sentence.mentions:
        edits[m.start - sentence.start] = edits.get(m.start - sentence.start, "") + _RLM
        edits[m.end - sentence.start] = _RLM + edits.get(m.end - sentence.start, "")
    edits[len(sentence.text)] = edits.get(len(sentence.text), "") + _PDF
    return [edited(sentence, [(place, place, put) for place, put in sorted(edits.items())])]


def quotation_marks(sentence: Sentence) -> list[Sentence]:
    """The sentence once with each other kind of quotation marks in the place of «»."""
    places = [(n, c) for n, c in enumerate(sentence.text) if c in "«»"]
    if not places:
        return []
    return [edited(sentence, [(n, n + 1, pair[c == "»"]) for n, c in places]) for pair in _QUOTES]


def joined(sentence: Sentence, fillers: Sequence[str]) -> list[Sentence]:
    """The sentence with one about something else behind it."""
    if not fillers:
        return []
    end = len(sentence.text)
    return [edited(sentence, [(end, end, " " + fillers[_number(sentence.text) % len(fillers)])])]


def swapped(sentence: Sentence, groups: Sequence[NameGroup]) -> list[Sentence]:
    """The sentence with another actor in the place of each that has a name of a group, one at a time."""
    return list(_renamed(sentence, groups, invented=False))


def masked(sentence: Sentence, groups: Sequence[NameGroup]) -> list[Sentence]:
    """The sentence with an invented name in the place of each actor that has a name of a group, one at a time."""
    return list(_renamed(sentence, groups, invented=True))


def _renamed(sentence: Sentence, groups: Sequence[NameGroup], *, invented: bool) -> Iterator[Sentence]:
    present = {m.actor for m in sentence.mentions}
    for index, m in enumerate(sentence.mentions):
        group = next((g for g in groups if g.names.get(m.text) == m.actor), None)
        # a name that stands twice would name two
        if group is None or sentence.text.count(m.text) > 1:
            continue
        if invented:
            others = [(name, m.actor) for name in group.invented]
        else:
            others = [(name, actor) for name, actor in group.names.items() if actor not in present]
        at = _number(sentence.text + m.text)
        for turn in range(min(1 if invented else SWAPS, len(others))):
            # steps of a third through the list, so that the names that are tried are not neighbours in it
            name, actor = others[(at + turn * (len(others) // 3 + 1)) % len(others)]
            changed = edited(sentence, [(m.start - sentence.start, m.end - sentence.start, name)])
            mentions = list(changed.mentions)
            mentions[index] = replace(mentions[index], actor=actor)
            yield replace(changed, mentions=tuple(mentions))


def _number(text: str) -> int:
    """A number that depends on a text alone."""
    return zlib.crc32(text.encode())
