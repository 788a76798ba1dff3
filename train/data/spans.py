"""Where a mention may begin and end: at words, or behind the clitics that Arabic writes onto them.

The codebook's rule for surfaces, checked on letters alone; the trade-off is that a clitic and a first letter of the
word look the same (``ب`` of ``باريس``), so that a cut in such a word goes unseen.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from zawiya.arabic import fold
from zawiya.records import Mention, Sentence

#: Conjunction and preposition in front of a name, folded; ``لل`` hides the article.
_CLITICS = re.compile(r"[وف]?(?:[بكل]|لل)?")


def span_findings(text: str, sentence: Sentence) -> Iterator[tuple[Literal["error", "warning", "note"], str]]:
    """What is wrong with the offsets of a sentence and its mentions, as (level, message).

    :param text: of the whole article.
    """
    if sentence.text != sentence.text.strip():
        yield "warning", "has white space at its ends"
    named = [mention for mention in sentence.mentions if not mention.appended]
    for mention in named:
        yield from _edges(text, mention)
    ordered = sorted(named, key=lambda mention: (mention.start, -mention.end))
    for first, second in pairwise(ordered):
        if second.start < first.end:
            shown = f"{first.actor} «{first.text}» and {second.actor} «{second.text}» overlap"
            if second.end > first.end:
                yield "warning", f"{shown} and neither holds the other"
            else:
                yield "note", shown


def _edges(text: str, mention: Mention) -> Iterator[tuple[Literal["error", "warning"], str]]:
    shown = f"{mention.actor} «{mention.text}»"
    if mention.text != mention.text.strip():
        yield "error", f"{shown} has white space at its ends; take it off"
        return
    word_start, word_end = mention.start, mention.end
    while word_start > 0 and _in_word(text[word_start - 1]):
        word_start -= 1
    while word_end < len(text) and _in_word(text[word_end]):
        word_end += 1
    before = fold(text[word_start : mention.start])
    # من loses its ن before another م: ممن
    if _in_word(mention.text[0]) and not _CLITICS.fullmatch(before) and (before, mention.text[0]) != ("م", "م"):
        yield "warning", f"{shown} begins inside «{text[word_start:word_end]}»; begin at the word or behind its clitics"
    if _in_word(mention.text[-1]) and word_end > mention.end:
        yield "warning", f"{shown} ends inside «{text[word_start:word_end]}»; end it with the word"


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character) == "Mn"
