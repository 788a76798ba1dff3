"""Headlines: telling one at the top of a plain text, and putting a title field above its body.

A headline taken for a sentence costs little; a sentence taken for a headline would lose its place in the body.
So the rule asks for several signs at once.
"""

import re

_WORD = re.compile(r"\w+")
_LONGEST, _MOST_WORDS, _FEWEST_WORDS = 180, 30, 2
_SENTENCE_END = re.compile(r"[.،؛:,;](?:[\"»”')\]]*)$")
_NO_TITLE = re.compile(r"https?://|^www\.|^[\d\s/:.\-–،,]+$|^[(\[{].*[)\]}]$|^#\S+(?:\s+#\S+)*$")
_MARKUP = "#*_= \t"
_INVISIBLE = "\ufeff\u200e\u200f\u202a\u202b"


def headline(text: str) -> str | None:
    """The first line where it looks like a headline, None where it does not.

    A headline is short, does not end as a sentence does, is no lone link, date or remark in brackets, and stands
    above an empty line or a clearly longer line (lines of one width are wrapped running text).
    """
    lines = text.lstrip().splitlines()
    if len(lines) < 2:
        return None
    first = lines[0].strip()
    bare = first.strip(_MARKUP)
    below = [line.strip() for line in lines[1:]]
    body = [line for line in below if line][:5]
    words = len(_WORD.findall(bare))
    if not body or len(first) > _LONGEST or not _FEWEST_WORDS <= words <= _MOST_WORDS:
        return None
    if _SENTENCE_END.search(bare) and not bare.endswith(".."):
        return None
    if _NO_TITLE.search(bare):
        return None
    stands_apart = not below[0] or max(map(len, body)) >= 1.5 * len(first)
    return bare if stands_apart else None


def joined(title: str, body: str) -> str:
    """The article's text: the title on its own line above the body, unless the body already begins with it."""
    if begins_with(body, title):
        return body
    return f"{title}\n{body}" if body else title


def as_written(title: str, text: str) -> str:
    """The title as the text's first line has it, where they differ in white space only; so it can be found there."""
    first = text.lstrip().split("\n", 1)[0].strip().strip(_MARKUP)
    return first if _squeezed(first) == _squeezed(title) else title


def begins_with(body: str, title: str) -> bool:
    """Whether a body begins with this title, whatever the white space and markup around it."""
    start = _squeezed(body[: 3 * len(title) + 100])
    wanted = _squeezed(title)
    if not start.startswith(wanted):
        return False
    return not start[len(wanted) : len(wanted) + 1].isalnum()


def _squeezed(text: str) -> str:
    return " ".join(text.lstrip(_MARKUP + _INVISIBLE + "\r\n").split())
