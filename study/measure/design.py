"""How a sample was drawn: which sentences, with which chances, out of what. Written beside the sample, read with its labels."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

from zawiya.errors import ZawiyaError

from .units import Units

Way = Literal["stratified", "uncertain", "uniform"]
#: What the design of a sample is called, beside its sentences.
DESIGN_FILE = "design.json"
#: Raised by one whenever a file of the older schema could be misread.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn sentence.

    :param start: of the sentence in its article, and ``end`` of it.
    :param chance: with which it was drawn.
    """

    article: str
    start: int
    end: int
    chance: float


@dataclass(frozen=True, slots=True)
class Design:
    """A draw.

    :param way: in which was drawn.
    :param by: columns that strata were made by.
    :param population: a hash of the sentences that could have been drawn, and ``sentences`` their number.
    :param drawn: in the order of the results folder.
    """

    way: Way
    by: tuple[str, ...]
    seed: int
    population: str
    sentences: int
    drawn: tuple[Drawn, ...]

    def save(self, path: Path) -> None:
        """Write the design as JSON."""
        values = {"version": VERSION, **asdict(self)}
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a design.

        :raises ZawiyaError: when the file is none, or of another version.
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            version = values.pop("version")
            if version != VERSION:
                raise ZawiyaError(
                    f"{path}: expected a design of version {VERSION}, found {version!r}; draw a new sample"
                )
            drawn = tuple(Drawn(**each) for each in values.pop("drawn"))
            design = cls(**{**values, "by": tuple(values["by"]), "drawn": drawn})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ZawiyaError(
                f"{path}: expected the design.json that `zawiya sample` writes, found something else ({error})"
            ) from error
        wrong = sum(not (isinstance(each.chance, int | float) and 0 < each.chance <= 1) for each in drawn)
        if wrong:
            raise ZawiyaError(f"{path}: expected chances above 0 and up to 1, found {wrong} others; restore the file")
        return design


def population(units: Units) -> str:
    """A hash of all sentences of a results folder, by article and place: the same whatever their labels and order."""
    known = (
        f"{units.article_ids[article]}\t{start}\t{end}\n"
        for article, start, end in zip(units.article.tolist(), units.start.tolist(), units.end.tolist(), strict=True)
    )
    return hashlib.sha256("".join(sorted(known)).encode(errors="surrogatepass")).hexdigest()[:16]
