"""Public labelled sets, turned into corpus files that can be trained on: one module a format.

To add a set, write a module with a ``read`` and a ``FORMAT``, and name it in :data:`FORMATS`. The trade-off: every set
becomes articles of one sentence, even where its texts are longer, because labels are given to the text as a whole.
"""

from collections.abc import Mapping

from . import ans, clef, farra, mawqif, newsframing, newsmtsc
from .convert import Imported, import_files
from .format import Format, Frame

FORMATS: Mapping[str, Format] = {
    "mawqif": mawqif.FORMAT,
    "ans": ans.FORMAT,
    "farra": farra.FORMAT,
    "newsframing": newsframing.FORMAT,
    "newsmtsc": newsmtsc.FORMAT,
    "clef_subjectivity": clef.FORMAT,
}

__all__ = ["FORMATS", "Format", "Frame", "Imported", "import_files"]
