"""Kinds of sentences that a sample is drawn from apart, and that its labels are weighed in.

What the model says of a sentence tells much of what people will: sentences with a stance are rare and carry most of what is
asked, sentences that name nobody carry next to nothing. Weights need strata that are known of every sentence, not those of
the draw, so they are made anew from the results at hand.
"""

from collections.abc import Sequence

import numpy as np

from zawiya.records import STANCES

from ..results import Codes
from .units import Units

#: By what the model sees in a sentence.
SEEN = ("names nobody", "names actors", "takes a stance")


def strata(units: Units, by: Sequence[str] = ()) -> tuple[Codes, tuple[str, ...]]:
    """The stratum of every sentence, by what the model sees in it and by columns.

    :return: [sentences], and what the numbers stand for, in words.
    """
    seen = np.zeros(len(units), dtype=np.int64)
    seen[units.rows.sentence] = 1
    seen[units.rows.sentence[units.rows.stance != STANCES.index("neutral")]] = 2
    names: list[tuple[str, ...]] = [(name,) for name in SEEN]
    for column in by:
        numbers, values = units.columns[column]
        names = [(*name, "unknown" if value is None else str(value)) for name in names for value in values]
        seen = seen * len(values) + numbers
    present, places = np.unique(seen, return_inverse=True)
    return places.ravel().astype(np.int32), tuple(", ".join(names[number]) for number in present)
