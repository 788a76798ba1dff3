"""Which sentences belong to the page and not to the article: by-lines, share buttons, links to other articles.

The rules (:mod:`zawiya.furniture_rules`) ask for the whole sentence, so page words glued to a real sentence stay:
labelling some page words costs less than losing a sentence.
"""

import re
from collections.abc import Sequence

from zawiya.arabic import fold
from zawiya.furniture_rules import FORM_ONLY, FORM_OR_NEWS, PATTERNS, VOCABULARIES, Vocabulary

#: Sentences longer than this are never furniture.
_LONGEST = 400
_ENDS = " \t\r\n\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_CLOSERS = "()[]{}«»“”\"'.…*•·|-–—:،, "
_UPDATED = fold("آخر تحديث")
#: The patterns that a sentence of so many words may fill.
_PATTERNS_BY_LENGTH = tuple(
    tuple(pattern for pattern in PATTERNS if length <= pattern.most)
    for length in range(max(pattern.most for pattern in PATTERNS) + 1)
)
_SEPARATOR = re.compile(r"\s[|–—-]\s")


def furniture_spans(text: str, sentence_spans: Sequence[tuple[int, int]], title: str | None = None) -> list[bool]:
    """For each sentence, whether it is page furniture."""
    return [reason is not None for reason in furniture_reasons(text, sentence_spans, title)]


def furniture_reasons(
    text: str, sentence_spans: Sequence[tuple[int, int]], title: str | None = None
) -> list[str | None]:
    """For each sentence, what kind of page furniture it is; None for a sentence of the article.

    :param sentence_spans: offsets into ``text``, in order.
    :param title: the headline; its first appearance is the headline, any later one furniture.
    """
    headline = fold(title) if title else ""
    headline_seen = False
    reasons: list[str | None] = []
    for start, end in sentence_spans:
        written = text[start:end].strip(_ENDS)
        if not written or len(written) > _LONGEST:
            reasons.append(None)
            continue
        folded = fold(written)
        if not folded:  # no word at all: a line of stars
            reasons.append(None)
        elif headline and folded == headline and not headline_seen:
            headline_seen = True
            reasons.append(None)
        elif headline and _repeats(written, folded, headline):
            reasons.append("repeated headline" if headline_seen else None)
            headline_seen = True
        else:
            reasons.append(_reason(written, folded, alone=_is_alone(text, start, end)))
    return reasons


def _repeats(written: str, folded: str, headline: str) -> bool:
    """The headline, alone or with the time of an update, or with the site's name set off by a dash or bar."""
    if folded == headline:
        return True
    if headline not in folded:
        return False
    if _UPDATED in folded:  # a page's head in one line: day, time of the last update, headline, caption
        return True
    parts = [fold(part) for part in _SEPARATOR.split(written)]
    rest = folded.replace(headline, "", 1).split()
    return len(rest) <= 4 and (parts[0] == headline or parts[-1] == headline or (len(parts) == 1 and not rest))


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether a sentence has its line to itself; reads no further than the blanks around it."""
    while start and text[start - 1].isspace() and text[start - 1] != "\n":
        start -= 1
    while end < len(text) and text[end].isspace() and text[end] != "\n":
        end += 1
    return (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n")


def _reason(written: str, folded: str, *, alone: bool) -> str | None:
    words = folded.split()
    bare = written.strip(_CLOSERS)
    for rule in VOCABULARIES:
        if _is_made_of(rule, words):
            return rule.reason
    for pattern in _PATTERNS_BY_LENGTH[len(words)] if len(words) < len(_PATTERNS_BY_LENGTH) else ():
        if pattern.alone and not alone:
            continue
        matched = pattern.pattern.fullmatch(written if pattern.raw else folded) or (
            pattern.raw and pattern.pattern.fullmatch(bare)
        )
        if matched:
            return pattern.reason
    only = set(FORM_ONLY.findall(folded))
    if only and len(only | set(FORM_OR_NEWS.findall(folded))) >= 2:
        return "form"
    return None


def _is_made_of(rule: Vocabulary, words: list[str]) -> bool:
    if not rule.fewest <= len(words) <= rule.most:
        return False
    cored = False
    for word in words:
        numeric = rule.number and word[0].isdigit()
        if not numeric and word not in rule.words:
            return False
        cored = cored or numeric or word in rule.core
    return cored
