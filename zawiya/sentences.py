"""Where the sentences of an Arabic text begin and end, in offsets into the text as it was read.

Rules, not a model: they explain themselves, need no download, read a megabyte in a second, and agree with the labelled
corpora, which keep a quotation whole however many sentences it holds. The price is that an abbreviation nobody listed
ends a sentence, and that a text without stops is one sentence a line.
``docs/sentences.md`` has the figures.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from .arabic import fold
from .layout import BLANK, CLOSERS, EITHER_SIDE, Pairs, Span, find_pairs, next_seen, paragraphs, trim

#: Characters that end a sentence, with their wide, small and vertical forms.
STOPS = ".!?؟…۔‼⁇⁈⁉‥․⸮﹒﹖﹗︙。！？．"
_FULL_STOPS = ".․﹒．۔"
_QUESTIONS = "?؟⸮﹖？"
_GOES_ON = ",،؛;:"
_DASHES = "-–—−"
_STOP = re.compile(f"[{STOPS}]+")
_WORD = re.compile(r"[^\W_]")
#: A reference belongs to the sentence that it stands behind: ``[12]``.
_NOTE = re.compile(r"\[\d{1,3}\]")
#: Stops inside an address end nothing.
_ADDRESS = re.compile(
    rf"(?:[a-z]{{2,9}}://|www\.|(?<![^{BLANK}])[^{BLANK}@]{{1,64}}@)[^{BLANK}«»“”\"<>]+", re.IGNORECASE
)
#: What every address holds, and hardly any paragraph: quickly looked for.
_ADDRESS_SIGN = re.compile(r"://|[wW]{3}\.|@")

_LETTERS = "\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc"
_MARKS = "\u0640\u064b-\u065f\u0670"
#: What may follow a stop without a space; one letter alone would be an abbreviation.
_ARABIC_WORD = re.compile(f"[{_LETTERS}][{_MARKS}]*[{_LETTERS}]")
#: The word in front of a stop, with the dots of an abbreviation.
_LAST_WORD = re.compile(rf"(?<![\w.{_MARKS}])[\w.{_MARKS}]*\Z")
_LONGEST_WORD = 24
_MARKER = re.compile(r"\W*\d{1,3}\W*")
#: The rest of a domain that tokenisation tore from its stop: ``example . com``.
_DOMAIN = re.compile(r"(?:com|net|org|info|gov|edu|co|ru|tv)\b")
#: Units and eras, which may end a sentence when a number stands in front of them: ``756 م.``
_UNIT = re.compile(r"\d[\s)]{0,2}(?:م|هـ?|كم|سم|مم|كغ|ت|ص)\Z")

#: Words whose full stop is their own, folded; any single letter is taken for an initial and needs no entry.
ABBREVIATIONS = frozenset((
    "مج", "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "no", "gen", "sen", "rep", "gov", "col", "lt",
    "capt", "sgt", "vol", "fig",
))  # fmt: skip
#: Dotted ones that a name follows, so that they never end a sentence.
TITLES = frozenset(("ا د", "م د", "ا م د", "ا م", "د م", "د ا"))
#: Letters that end words but begin no name; where they stand alone, the text has lost a piece of its word.
_NO_INITIALS = "اةىء"

#: A question of so few words stays with its answer.
SHORT_QUESTION = 3
#: A longer line is no headline but a paragraph that lost its full stop.
LONGEST_HEADLINE = 200
#: So near to the line's beginning, a stop in front of a dash closes a dateline.
LONGEST_DATELINE = 40


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A trimmed paragraph of a text and what was seen in it.

    :param address_starts: where addresses begin, rising; ``address_ends`` says where each ends.
    """

    text: str
    start: int
    end: int
    headline: bool
    pairs: Pairs
    address_starts: list[int]
    address_ends: list[int]

    def in_address(self, position: int) -> bool:
        """Whether an address goes on behind this position."""
        index = bisect_right(self.address_starts, position) - 1
        return index >= 0 and position < self.address_ends[index]


def split(text: str) -> list[Span]:
    """The sentences of a text, in order; linear in its length.

    :returns: ``(start, end)`` in code points, end exclusive: never empty, never overlapping, without blank or
        invisible characters at either end, and together covering every other character of the text.
    """
    spans: list[Span] = []
    found = list(paragraphs(text))
    for number, (start, end) in enumerate(found):
        headline = number + 1 < len(found) and _is_headline(text, start, end, first=number == 0)
        spans += _sentences(_look(text, start, end, headline=headline))
    return spans


def _is_headline(text: str, start: int, end: int, *, first: bool) -> bool:
    """Whether a paragraph that others follow reads as a headline: short, and without a full stop.

    A question may end the first headline; further down it may as well be a paragraph.
    """
    if end - start > LONGEST_HEADLINE:
        return False
    last = text[start:end].rstrip(CLOSERS + EITHER_SIDE)[-1:]
    return last not in STOPS or (first and last not in _FULL_STOPS)


def _look(text: str, start: int, end: int, *, headline: bool) -> _Paragraph:
    """A paragraph with its pairs and addresses found."""
    starts, ends = [], []
    for match in _ADDRESS.finditer(text, start, end) if _ADDRESS_SIGN.search(text, start, end) else ():
        starts.append(match.start())
        ends.append(match.start() + len(match.group().rstrip(STOPS + CLOSERS + EITHER_SIDE + _GOES_ON)))
    return _Paragraph(text, start, end, headline, find_pairs(text, start, end), starts, ends)


def _sentences(paragraph: _Paragraph) -> list[Span]:
    """The sentences of one paragraph."""
    text, begin, position, end = paragraph.text, paragraph.start, paragraph.start, paragraph.end
    spans: list[Span] = []
    has_word = False
    while stop := _STOP.search(text, position, end):
        # a sentence's words are looked for once, piece by piece, whatever number of stops it holds
        has_word = has_word or bool(_WORD.search(text, position, stop.start()))
        position = _absorb(paragraph, stop.end())
        if has_word and _is_boundary(paragraph, begin, stop.start(), position):
            spans.append(trim(text, begin, position))
            begin, has_word = next_seen(text, position, end), False
    if not spans or _WORD.search(text, begin, end):
        spans.append(trim(text, begin, end))
    else:
        # signs without a word belong to the sentence in front of them
        spans[-1] = trim(text, spans[-1][0], end)
    return spans


def _absorb(paragraph: _Paragraph, position: int) -> int:
    """Where a sentence ends whose stop ends here: behind closing signs, further stops and references."""
    text, end = paragraph.text, paragraph.end
    while (ahead := next_seen(text, position, end)) < end:
        note = _NOTE.match(text, ahead, end)
        if note and ahead == position:
            position = note.end()
        elif ahead in paragraph.pairs.closing or text[ahead] in STOPS:
            position = ahead + 1
        else:
            break
    return position


def _is_boundary(paragraph: _Paragraph, begin: int, stop: int, after: int) -> bool:
    """Whether the sentence from ``begin`` ends at ``after``, behind the stop at ``stop`` and what it absorbed."""
    text, pairs = paragraph.text, paragraph.pairs
    ahead = next_seen(text, after, paragraph.end)
    if ahead == paragraph.end or text[ahead] in _GOES_ON:
        return False
    if pairs.hold(after) or paragraph.in_address(stop):
        return False
    if ahead == after and not (ahead in pairs.opening or _ARABIC_WORD.match(text, ahead)):
        return False
    if stop - 1 in pairs.opening:
        return False  # (…) leaves something out, (?) doubts it, "... begins in the middle
    signs = [sign for sign in text[stop:after] if sign in STOPS]
    if len(signs) == 1 and signs[0] in _FULL_STOPS:
        return not (_belongs_to_word(text, begin, stop, ahead) or _closes_dateline(paragraph, stop, ahead))
    if paragraph.headline:
        return False
    return not (signs[0] in _QUESTIONS and _is_short(text[begin : min(stop, begin + 40)], whole=stop - begin <= 40))


def _is_short(question: str, *, whole: bool) -> bool:
    """Whether a question has so few words that its answer stays with it."""
    return whole and len(question.split()) <= SHORT_QUESTION


def _closes_dateline(paragraph: _Paragraph, stop: int, ahead: int) -> bool:
    """Whether a full stop stands between place and date, and the dash that the report begins with."""
    text, start = paragraph.text, paragraph.start
    return text[ahead] in _DASHES and text[start] not in _DASHES and stop - start <= LONGEST_DATELINE


def _belongs_to_word(text: str, begin: int, stop: int, ahead: int) -> bool:
    """Whether a full stop is part of an abbreviation, a list's number, or a number torn apart by spaces."""
    if stop - begin <= 8 and _MARKER.fullmatch(text, begin, stop):
        return True
    if _DOMAIN.match(text, ahead):
        return True
    window = text[max(begin, stop - _LONGEST_WORD) : stop].rstrip()
    found = _LAST_WORD.search(window)
    token = found.group() if found else ""
    word = fold(token)
    parts = word.split()
    if not parts:
        return False
    if word.isdecimal():
        return len(word) <= 3 and text[ahead].isdecimal()
    if word in TITLES:
        return True
    if len(parts) > 1 and max(map(len, parts)) <= 2 and not parts[-1].isdecimal():
        # the last dot of أ.ف.ب. may be the sentence's as well; "and" tells
        return text[ahead] != "و"
    if _UNIT.search(window):
        return False
    return word in ABBREVIATIONS or (len(word) == 1 and token[-1:] not in _NO_INITIALS)
