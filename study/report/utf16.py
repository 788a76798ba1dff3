"""Positions in UTF-16 units, which JavaScript counts texts in, from positions in code points."""

import numpy as np

_BMP = 0xFFFF


class Utf16:
    """Positions of one text, asked for by those in code points."""

    def __init__(self, text: str) -> None:
        wide = [n for n, character in enumerate(text) if ord(character) > _BMP] if text and max(text) > "\uffff" else []
        self._wide = np.array(wide, dtype=np.int64)

    def __getitem__(self, place: int) -> int:
        return place + int(np.searchsorted(self._wide, place)) if len(self._wide) else place
