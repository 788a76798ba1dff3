"""What reading yields beside articles, and what it can be told: skipped inputs, options, raw records.

Faults of the input are records, not exceptions: a run over 40,000 files must name the bad ones and go on. The
price is that a caller who wants to stop at the first fault has to look for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

#: Why an input gave no article.
#:
#: ========================  ======================================================================
#: ``empty``                 no bytes, or only white space
#: ``binary``                not text: NUL bytes, many control characters, a known binary signature
#: ``not_arabic``            less than half of the letters are Arabic, or the words are another language's
#: ``too_long``              more than ``ReadOptions.max_chars`` characters (or ``max_bytes`` bytes)
#: ``truncated``             a compressed file that ends early; what was whole before the cut was read
#: ``malformed``             the file or record breaks the rules of its format
#: ``unreadable``            the system would not give the bytes
#: ``vanished``              listed or named, but not there when it was opened
#: ``changed``               written to while it was read
#: ``no_permission``         the system forbids reading it
#: ``unsupported``           no known format, or not a regular file
#: ``no_text``               a record without article text, or text without a single letter
#: ========================  ======================================================================
Reason = Literal[
    "empty",
    "binary",
    "not_arabic",
    "too_long",
    "truncated",
    "malformed",
    "unreadable",
    "vanished",
    "changed",
    "no_permission",
    "unsupported",
    "no_text",
]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that gave no article, and why.

    :param source: the file as it was named, with ``#N`` for the N-th record of a file of many.
    :param reason: one of :data:`Reason`, for counting and filtering.
    :param detail: what was found, in plain words.
    """

    source: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How inputs are read.

    :param format: name of the format of every input (``txt``, ``csv``, …) whatever its suffix; None goes by the
        suffix, and takes standard input for plain text.
    :param outlet_from: where the outlet comes from when neither fields nor metadata name it: the parent
        ``folder``, or ``none``.
    :param max_chars: longest article, in code points; longer ones are skipped as ``too_long``.
    :param max_bytes: largest file of a format that must be held whole (``json``, ``html``, ``docx``), unpacked.
    """

    format: str | None = None
    outlet_from: Literal["folder", "none"] = "folder"
    max_chars: int = 2_000_000
    max_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """One record as its format gave it, before it is an article.

    :param values: canonical field name (``text``, ``title``, ``date``, ``outlet``, ``id``, ``topic``) to value;
        empty and missing are the same.
    :param number: which record of its file, from 1; None where the file is one article.
    :param warnings: what was repaired so far.
    :param guess_title: whether the first line of the text may be taken for the title.
    """

    values: Mapping[str, str]
    encoding: str | None = None
    number: int | None = None
    warnings: tuple[str, ...] = ()
    guess_title: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """A file or record that its format could not read."""

    reason: Reason
    detail: str
    number: int | None = None
