"""Links from a figure to the sentences behind it: ``#reader?outlet=x&actor=usa&stance=against``.

The page's script reads them with ``URLSearchParams``. A sentence is shown when it fits every key; the keys ``outlet``,
``actor``, ``stance``, ``voice`` and ``holder`` are of one and the same mention of it. Of a key given twice either value
will do, except ``frame``, of which the sentence must have all. A key with an empty value asks for what has none.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

#: Begins every link into the reader.
READER: Final = "#reader?"
#: Keys in the order in which a link has them; ``from`` and ``to`` are ISO dates, both included.
KEYS: Final = ("outlet", "actor", "stance", "voice", "holder", "frame", "event", "from", "to", "article")

Filter = str | Sequence[str | None]


def reader_link(**filters: Filter | None) -> str:
    """A link to the sentences that fit all filters.

    :param filters: values by key, ``from_`` for ``from``; a key with several values is given a sequence. None, in a
        sequence too, asks for what has none; leave a key out to ask nothing.
    :return: ASCII without spaces, quotes or angle brackets.
    """
    given = {name.rstrip("_"): value for name, value in filters.items()}
    if unknown := given.keys() - set(KEYS):
        raise TypeError(f"expected filters out of {', '.join(KEYS)}, found {', '.join(sorted(unknown))}")
    pairs = [(key, value) for key in KEYS if key in given for value in _values(given[key])]
    return READER + "&".join(f"{key}={_quoted(value)}" for key, value in pairs)


def _values(value: Filter | None) -> Sequence[str | None]:
    return (value,) if value is None or isinstance(value, str) else value


def _quoted(value: str | None) -> str:
    # halves of surrogate pairs, which UTF-8 has no bytes for, are asked for as U+FFFD, as a browser reads them
    return quote((value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace"), safe="")
