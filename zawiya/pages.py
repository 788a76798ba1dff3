"""What all pages have in common: a template whose every value is escaped, and how numbers and strange text are written.

Text of articles is a stranger's: it is escaped, and what is invisible in it is named, so that nobody is shown something
other than what the model read. Needs jinja2, so it is imported by those who write pages and by nothing else.
"""

import re
import unicodedata
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

#: What stands where there was nothing to count.
NOTHING = "–"
#: Format characters that are seen: signs that Arabic numbers and verses are written upon.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2\u0890\u0891\n\t")
#: Letters and marks without any ink.
_INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_CHIP = Markup('<span class="chip" dir="ltr">{}</span>')


def environment(folder: Path) -> Environment:
    """Templates of a folder: values are escaped, undefined names are errors, None is :data:`NOTHING`."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )


def _finalized(value: object) -> object:
    """What a place in the template says: nothing unsaid, nothing hidden."""
    if value is None:
        return NOTHING
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def share(value: float | None) -> str:
    """A share of one: ``.611``."""
    return NOTHING if value is None else re.sub(r"^(-?)0\.", r"\1.", f"{value:z.3f}").replace("-", "−")


def points(value: float | None) -> str:
    """A difference of shares in points of a hundred: ``+4.2``."""
    return NOTHING if value is None else f"{100 * value:+z.1f}".replace("-", "−")


def count(value: float | None) -> str:
    """A number of things, or a share of them: ``1,234``."""
    return f"{value:,.0f}" if value is not None and float(value).is_integer() else share(value)


def likelihood(p: float) -> str:
    """A probability of chance: ``p = .012``."""
    return "p < .001" if p < 0.001 else f"p = {share(p)}"


def plain(text: str) -> str:
    """Text with invisible characters named, for attributes and charts: ``‹U+202E›``."""
    if text.isprintable() and _INKLESS.isdisjoint(text):
        return text
    return "".join(f"‹U+{ord(each):04X}›" if _hidden(each) else each for each in text)


def shown(text: str) -> Markup:
    """Text with invisible characters as chips."""
    if text.isprintable() and _INKLESS.isdisjoint(text):
        return escape(text)
    return Markup().join(_CHIP.format(f"U+{ord(each):04X}") if _hidden(each) else each for each in text)


def _hidden(character: str) -> bool:
    return character in _INKLESS or (unicodedata.category(character) in _HIDDEN and character not in _SEEN)
