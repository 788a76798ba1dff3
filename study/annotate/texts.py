"""Texts as spreadsheets and terminals are given them, and as they come back.

The words themselves are always taken from the articles; what came back only has to say the same, so the comparison may
overlook what a spreadsheet loses: white space, invisible marks, and characters that an old code page lacks.
"""

import unicodedata
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from zawiya.infer.sheets import FORMULA, cells

_KEPT = "\t\n\r"
#: First strong isolate and its end: what stands between them does not turn the line around.
_ISOLATE, _END = "\u2068", "\u2069"
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


def mended(text: str) -> str:
    """The text without what no sheet or XML holds: control characters, and halves of surrogate pairs."""
    return "".join(c if c in _KEPT or unicodedata.category(c) not in {"Cc", "Cs"} else "\ufffd" for c in text)


def guarded(texts: Sequence[str]) -> list[str]:
    """Cells that no spreadsheet takes for a formula."""
    return list(cells(pa.array([mended(text) for text in texts], pa.string())).to_pylist())


def unguarded(text: str) -> str:
    """A cell without the apostrophe that :func:`guarded` put in front, whether or not a spreadsheet has dropped it."""
    bare = text.removeprefix("'")
    formula = bare != text and pc.match_substring_regex(pa.scalar(mended(bare)), FORMULA).as_py()
    return bare if formula else text


def alike(cell: str, text: str, *, old: bool = False) -> bool:
    """Whether a cell that came back from a spreadsheet holds this text.

    :param old: it was saved in Windows-1256, so characters that the code page lacks are gone.
    """
    return cell == text or _skeleton(cell) == _skeleton(text) or (old and _old(cell) == _old(text))


def _skeleton(text: str) -> str:
    """What is seen of a text and outlives a spreadsheet."""
    text = text.removeprefix("'")
    return "".join(
        c for c in text if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf", "Cs"} and c != "\ufffd"
    )


def _old(text: str) -> str:
    """What Windows-1256 keeps of a text; a question mark stands there for anything else."""
    return "".join(c for c in _skeleton(text).encode("cp1256", "ignore").decode("cp1256") if c != "?")


def stripped(text: str) -> str:
    """A label as it was typed, without white space and invisible marks around it."""
    start, end = 0, len(text)
    while start < end and _unseen(text[start]):
        start += 1
    while end > start and _unseen(text[end - 1]):
        end -= 1
    return text[start:end]


def _unseen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}


def whole_number(cell: str) -> int | None:
    """The number that a cell shows, None for what is none: ``12``, ``12.0``, ``1,234``, ``١٢``, ``1.2E+03``."""
    digits = stripped(cell).translate(_ARABIC_DIGITS).replace("٬", "").replace("٫", ".")
    if digits.endswith(",0"):
        digits = digits.removesuffix(",0")
    try:
        number = float("".join(c for c in digits if c != "," and not c.isspace()))
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else None


def shown(text: str, *, most: int = 90) -> str:
    """A text for a line of the terminal: cut, isolated, and with its invisible characters named."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    seen = "".join(
        f"<{ord(c):04X}>" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c for c in cut
    )
    return f"{_ISOLATE}{seen}{_END}"
