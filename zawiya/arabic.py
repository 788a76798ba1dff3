"""Arabic orthography: what two spellings of the same word have in common, and where each letter came from.

Two strengths of folding share one table. The *tokenizer's* (built in ``train.pretrain.tokenizer`` from the
constants here) undoes what never changes a word: vowel marks, tatweel, presentation forms, invisible characters,
hamza seats of alif, ى for ي. The *matcher's*, :func:`fold`, undoes more (ة/ه, ؤ/و, ئ/ي, foreign letters), since
for a list of names a rare collision costs less than a missed spelling; context rules decide collisions.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=1 << 16)
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


@dataclass(frozen=True, slots=True)
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


_CHUNK = re.compile(r"\S+")
#: Chunks up to this length are folded once and remembered: news repeats its words.
_REMEMBERED = 40


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The folded words of a stretch of text, with offsets into the whole of it; linear in its length."""
    found: list[Word] = []
    for chunk in _CHUNK.finditer(text, start, len(text) if end is None else end):
        written, base = chunk.group(), chunk.start()
        parts = _words_of(written) if len(written) <= _REMEMBERED else _fold_chunk(written)
        found += [Word(w.text, base + w.start, base + w.end, w.origins) for w in parts]
    return found


@lru_cache(maxsize=1 << 16)
def _words_of(chunk: str) -> list[Word]:
    return _fold_chunk(chunk)


def _fold_chunk(chunk: str) -> list[Word]:
    """The words of a stretch without white space, with offsets into it."""
    found: list[Word] = []
    letters: list[str] = []
    places: list[int] = []
    last = 0

    def close() -> None:
        if letters:
            first = places[0]
            found.append(Word("".join(letters), first, last, tuple(place - first for place in places)))
            letters.clear()
            places.clear()

    for position, character in enumerate(chunk):
        folded = fold_character(character)
        if not folded:
            # a mark belongs to the word that it follows; an invisible character only if letters go on behind it
            if letters and unicodedata.category(character) != "Cf":
                last = position + 1
            continue
        if not folded.isalnum():
            close()
            continue
        letters.extend(folded)
        places.extend([position] * len(folded))
        last = position + 1
    close()
    return found


def fold(text: str) -> str:
    """The folded words of a text, one space between them: equal for all spellings of the same name."""
    return " ".join(word.text for word in words(text))


#: Conjunctions, then prepositions, that are written onto the next word.
_CONJUNCTIONS = ("", "و", "ف")
_PREPOSITIONS = ("", "ب", "ك", "ل")
ARTICLE = "ال"


@lru_cache(maxsize=1 << 16)
def readings(word: str) -> tuple[tuple[int, str], ...]:
    """The ways to read a folded word as clitics and a rest: (clitic letters before the rest, rest), longest rest first.

    ``للسعوديه`` is read as ``السعوديه`` behind two letters: the article that ``لل`` swallows is restored in the rest,
    while the count tells where the rest is written.
    """
    found: dict[str, int] = {}
    for conjunction in _CONJUNCTIONS:
        if not word.startswith(conjunction):
            continue
        behind = word[len(conjunction) :]
        for preposition in _PREPOSITIONS:
            if not behind.startswith(preposition):
                continue
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


@lru_cache(maxsize=1 << 16)
def stems(word: str) -> frozenset[str]:
    """Everything that a folded word may be once clitics and article are taken off, itself included."""
    return frozenset(without_article(rest) for _, rest in readings(word)) | {word}
