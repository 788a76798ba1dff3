"""Arabic orthography: what two spellings of the same word have in common, and where each letter came from.

Two strengths of folding share one table. The *tokenizer's* (built in ``train.pretrain.tokenizer`` from the
constants here) undoes what never changes a word: vowel marks, tatweel, presentation forms, invisible characters,
hamza seats of alif, ى for ي. The *matcher's*, :func:`fold`, undoes more (ة/ه, ؤ/و, ئ/ي, foreign letters), since
for a list of names a rare collision costs less than a missed spelling; context rules decide collisions.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_HALF = re.compile("[\ud800-\udfff]")
TATWEEL = "\u0640"
#: Letters that differ in spelling but not in reading; both foldings apply them.
LIGHT_LETTERS: dict[str, str] = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",
    "ى": "ي", "ی": "ي", "ے": "ي",
    "ک": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه",
    "گ": "ك", "ڤ": "ف", "پ": "ب", "چ": "ج", "ژ": "ز",
}  # fmt: skip
#: Letters that writers confuse; only the matcher applies these.
STRONG_LETTERS: dict[str, str] = LIGHT_LETTERS | {"ة": "ه", "ؤ": "و", "ئ": "ي", "ۀ": "ه"}


def fold_character(character: str) -> str:
    """What one character counts as when names are compared: none, one or several characters."""
    if character.isspace():
        return " "
    folded: list[str] = []
    # decomposed, so that a letter with its mark folds like the letter and the mark written one after the other
    for part in unicodedata.normalize("NFKD", character.lower()):
        # a vowel mark's isolated form is decomposed into a space and the mark
        if part in {TATWEEL, " "}:
            continue
        category = unicodedata.category(part)
        if category in {"Mn", "Cf", "Me"}:
            continue
        if category == "Nd":
            folded.append(str(unicodedata.digit(part)))
            continue
        folded.append(STRONG_LETTERS.get(part, part).lower())
    return "".join(folded)


class _Letters(dict[int, str]):
    """For ``str.translate``: the folded letters of a character, a space for what separates words, nothing for a mark."""

    def __missing__(self, code: int) -> str:
        folded = fold_character(chr(code))
        letters = folded if not folded or folded.isalnum() else " "
        return _remember(self, code, letters)


class _Places(dict[int, str]):
    """The same with one character for each, so that offsets stay: :data:`_UNEVEN` where there is not exactly one."""

    def __missing__(self, code: int) -> str:
        letters = _LETTERS[code]
        return _remember(self, code, letters if len(letters) == 1 else _UNEVEN)


def _remember(table: dict[int, str], code: int, letters: str) -> str:
    if len(table) < _MOST_CHARACTERS:
        table[code] = letters
    return letters


#: Stands for a character that folds to none or several; no character folds to it.
_UNEVEN = "\0"
#: More than any text holds that is not meant to fill the memory.
_MOST_CHARACTERS = 1 << 16
_LETTERS = _Letters()
_PLACES = _Places()
#: A code page with nearly every character of nearly every Arabic text, and what its bytes fold to: a byte is looked up
#: several times as fast as a character.
_PAGE = "cp1256"
_FOLDED_PAGE = "".join(_PLACES[ord(character)] for character in bytes(range(256)).decode(_PAGE))


def _places(text: str) -> str:
    """The text with each character folded to one, as :class:`_Places` says."""
    try:
        return codecs.charmap_decode(text.encode(_PAGE), "strict", _FOLDED_PAGE)[0]
    except UnicodeEncodeError:
        return text.translate(_PLACES)


def whole_characters(text: str) -> str:
    """The text with U+FFFD for half characters (lone surrogates), which broken web pages hold and no file or tokenizer can."""
    try:
        # many times as fast as a regular expression, and nearly every text is whole
        text.encode()
    except UnicodeEncodeError:
        return _HALF.sub("\ufffd", text)
    return text


@dataclass(slots=True)  # not frozen: that takes six times as long to build, and nothing else is built as often
class Word:
    """A run of letters or digits of a text, folded.

    :param text: the folded spelling, never empty.
    :param start: offset of its first character in the text as read.
    :param end: offset after its last character in the text as read.
    :param origins: for each folded character, how far behind ``start`` the character it came from stands.
    """

    text: str
    start: int
    end: int
    origins: tuple[int, ...]

    def offset_after(self, count: int) -> int:
        """Offset in the text as read at which the word goes on after its first ``count`` folded characters."""
        return self.start + self.origins[count] if count < len(self.origins) else self.end


#: Words up to this length are remembered by what reads them again and again; longer ones would fill the memory.
REMEMBERED = 40
#: Origins of words that fold letter by letter, by their length.
_EVEN = [tuple(range(length)) for length in range(REMEMBERED + 1)]


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The folded words of a stretch of text, with offsets into the whole of it; linear in its length."""
    found: list[Word] = []
    places = _places(text[start:end])
    last = 0
    for letters in places.split():
        first = places.index(letters, last)
        length = len(letters)
        last = first + length
        if _UNEVEN in letters:
            word = _uneven(text, start + first, start + last)
            if word:
                found.append(word)
        else:
            origins = _EVEN[length] if length <= REMEMBERED else tuple(range(length))
            found.append(Word(letters, start + first, start + last, origins))
    return found


def _uneven(text: str, start: int, end: int) -> Word | None:
    """The word of a run of letters and marks, None where there are only marks."""
    letters: list[str] = []
    places: list[int] = []
    last = start
    for position in range(start, end):
        character = text[position]
        folded = _LETTERS[ord(character)]
        # a mark belongs to the word that it follows; an invisible character only if letters go on behind it
        if folded or (letters and unicodedata.category(character) != "Cf"):
            last = position + 1
        letters.extend(folded)
        places.extend([position] * len(folded))
    if not letters:
        return None
    first = places[0]
    return Word("".join(letters), first, last, tuple(place - first for place in places))


def fold(text: str) -> str:
    """The folded words of a text, one space between them: equal for all spellings of the same name."""
    places = _places(text)
    return " ".join((text.translate(_LETTERS) if _UNEVEN in places else places).split())


#: Conjunctions and prepositions that are written onto the next word, in this order.
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بكل"
_CLITICS = _CONJUNCTIONS + _PREPOSITIONS
ARTICLE = "ال"


def _without_and_with(letters: str, word: str) -> tuple[str, ...]:
    """What may be taken off a word's beginning: nothing, or its first letter where it is one of these."""
    return ("", word[0]) if word and word[0] in letters else ("",)


def readings(word: str) -> tuple[tuple[int, str], ...]:
    """The ways to read a folded word as clitics and a rest: (clitic letters before the rest, rest), longest rest first.

    ``للسعوديه`` is read as ``السعوديه`` behind two letters: the article that ``لل`` swallows is restored in the rest,
    while the count tells where the rest is written.
    """
    if word[:1] not in _CLITICS:
        return ((0, word),) if len(word) > 1 else ()
    found: dict[str, int] = {}
    for conjunction in _without_and_with(_CONJUNCTIONS, word):
        behind = word[len(conjunction) :]
        for preposition in _without_and_with(_PREPOSITIONS, behind):
            rest = behind[len(preposition) :]
            clitics = len(conjunction) + len(preposition)
            if len(rest) > 1:
                found.setdefault(rest, clitics)
            if preposition == "ل" and rest.startswith("ل") and len(rest) > 2:
                found.setdefault(ARTICLE + rest[1:], clitics + 1)
                # a noun that begins with ل shares it: للاجئين is ل + اللاجئين
                found.setdefault(ARTICLE + rest, clitics)
    return tuple(sorted(((count, rest) for rest, count in found.items()), key=lambda pair: pair[0]))


def without_article(word: str) -> str:
    """A folded word without the article it may begin with."""
    return word[2:] if word.startswith(ARTICLE) and len(word) > 4 else word


def stems(word: str) -> frozenset[str]:
    """Everything that a folded word may be once clitics and article are taken off, itself included."""
    return _remembered_stems(word) if len(word) <= REMEMBERED else _stems(word)


def _stems(word: str) -> frozenset[str]:
    return frozenset(without_article(rest) for _, rest in readings(word)) | {word}


_remembered_stems = lru_cache(maxsize=1 << 16)(_stems)
