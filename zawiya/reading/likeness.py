"""How much a text looks like Arabic that was decoded rightly: a cost for each character, in nats.

The table holds what the letters and letter pairs of Arabic news amount to, rounded. It is small on purpose: it
has to tell one encoding from another, where the wrong one costs several times the right one, not to model Arabic.
"""

from functools import lru_cache

# letters in order of frequency; the cost grows with the rank
_LETTERS = "اليمنوترةبعسدفكهحأقشجىصطخإئضثزغءذظؤآ"
_PAIRS = (
    "ال لم ية لا في ات وا من ما را ان ار لت لي ين لى يا ري عل با ها لأ ول ني ير ام بي أن لع نا قا عا دي لس اد "
    "اس سي ست لل دا مي ون ائ وم لق لح اب اع رة ور اء تي إل لو لب مع سا اق مل لك مو رب يل كا لإ ته لد عد لف دو رو "
    "يد لن يم مر مس دة وي تح اف تم مة أم مت لج جا فا تو وق لة بر نت تر حا أو ئي قي رك عن نه هم شر عم قد حد له يس "
    "بع تق عر تع بل يو طا اح لش صا عي تا كو ذا وت لر ود زي نو كي وب خل وس هذ حي اي در يت يق اج سب قو سل لص ضا مح"
)
_PAIR_SET = frozenset(_PAIRS.split())
# Persian and Urdu letters and the marks that Arabic pages use beside letters
_USUAL_OTHERS = frozenset("،؛؟«»“”‘’–—…ـپچگڤژکی۔")
_VOWEL_MARKS = frozenset(map(chr, range(0x64B, 0x653)))
_INVISIBLE = frozenset("\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff")

#: Cost of a character that nothing explains, and of U+FFFD, which stands for bytes that fit nothing.
UNLIKELY = 9.0
REPLACEMENT_COST = 14.0
_PAIR_BONUS = 1.5


@lru_cache(maxsize=4096)
def character_cost(character: str) -> float:
    """Cost of one character beyond ASCII; ASCII costs nothing, since every encoding agrees on it."""
    if character < "\x80":
        return 0.0
    rank = _LETTERS.find(character)
    if rank >= 0:
        return 2.0 + 0.12 * rank
    if character in _VOWEL_MARKS:
        return 3.0
    if character in _USUAL_OTHERS or character in _INVISIBLE or "٠" <= character <= "٩":
        return 5.0
    if "ﭐ" <= character <= "ﻼ":  # presentation forms, out of PDFs
        return 5.5
    if character == "\ufffd":
        return REPLACEMENT_COST
    if character < "\xa0" or "\ue000" <= character <= "\uf8ff":  # C1 controls, private use
        return 12.0
    return UNLIKELY


def pair_bonus(first: str, second: str) -> float:
    """What a character saves by following the one before it in a common pair of letters."""
    return _PAIR_BONUS if first + second in _PAIR_SET else 0.0


def mean_cost(text: str) -> float:
    """Average cost of the characters beyond ASCII, 0 where there are none; right Arabic is below 3."""
    total, count, previous = 0.0, 0, ""
    for character in text:
        if character >= "\x80":
            total += character_cost(character) - pair_bonus(previous, character)
            count += 1
        previous = character
    return total / count if count else 0.0
