"""Whether a decoded text is Arabic, by its letters and commonest words; no model, so short texts pass when unsure."""

import re
from dataclasses import dataclass

_SAMPLE = 50_000
_ARABIC_SCRIPT = re.compile(
    "[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc]+"
)
# letters of Persian, Urdu, Kurdish, Pashto and Uyghur that Arabic does without (ڤ, پ, چ, گ only in foreign names)
_FOREIGN = re.compile("[پچگڤژٹڈڑےہںھێۆۇڵڕەښړځڼڅۍېۈڭۋ]")
_LETTERS = re.compile(r"[^\W\d_]+")
_FOREIGN_SHARE = 0.01
_WORD = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u200c]+")
_ARABIC_WORDS = (
    "في من على إلى الى أن ان التي الذي عن مع هذا هذه إن بين خلال بعد قبل كان كانت قال وقال أو او لم لا ما كما وفي "
    "ذلك قد حيث أنه انه كل غير اليوم"
)
_OTHER_WORDS = {
    "Persian": "است این که را می های برای شد شده از با در به خود کرد کرده آن یک هم نیز اما",
    "Urdu": "ہے ہیں کے کی کا کو میں اور نے سے پر اس یہ بھی تھا گیا نہیں جو",
    "Kurdish": "لە بە بۆ کە ئەو ئەم لەو دەکات کرد هەر وەک",
    "Pashto": "په چې دې کې ته له یې سره شي دي نه",
}
# Persian and Urdu are also written with the Arabic letters for yeh and kaf
_YEH_KEHEH = str.maketrans("یک", "يك")
_ARABIC = frozenset(_ARABIC_WORDS.split())
_OTHERS = {name: frozenset(words.translate(_YEH_KEHEH).split()) for name, words in _OTHER_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Language:
    """A verdict on a text.

    :param arabic: whether to read it as Arabic.
    :param letters: whether it has any letter at all.
    :param detail: the reason against it, empty where it is Arabic.
    """

    arabic: bool
    letters: bool
    detail: str = ""


def judge_language(text: str) -> Language:
    """Whether a text is Arabic: half of its letters in Arabic script, and not the words of a neighbour language."""
    sample = text[:_SAMPLE]
    script = sum(map(len, _ARABIC_SCRIPT.findall(sample)))
    # where half of the characters are, letters of other scripts need not be counted, which is slow
    if script < 0.5 * len(sample):
        letters = sum(map(len, _LETTERS.findall(sample)))
        if not letters:
            return Language(arabic=False, letters=False, detail="no letters")
        if script < 0.5 * letters:
            return Language(arabic=False, letters=True, detail=f"{script / letters:.0%} of the letters are Arabic")
    foreign = len(_FOREIGN.findall(sample)) / script
    if foreign > _FOREIGN_SHARE:
        words = [word.translate(_YEH_KEHEH) for word in _WORD.findall(sample)]
        ours = sum(word in _ARABIC for word in words)
        counts = {name: sum(word in common for word in words) for name, common in _OTHERS.items()}
        name = max(counts, key=counts.__getitem__)
        if counts[name] > ours:
            return Language(arabic=False, letters=True, detail=f"the words and letters are {name}")
    return Language(arabic=True, letters=True)
