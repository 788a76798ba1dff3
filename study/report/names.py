"""What outlets, actors, frames and holders are called on a page, in both languages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from zawiya.errors import ZawiyaError
from zawiya.records import AUTHOR, OTHER
from zawiya.taxonomy import Taxonomy

from ..results import Results
from .records import Words

#: Code points of an outlet's name; a longer one would stand whole in each of its links.
LONGEST = 80
_STANCES = {
    "favor": Words("favor", "مؤيِّد"),
    "against": Words("against", "معارِض"),
    "neutral": Words("neutral", "محايد"),
    "net": Words("net", "الصافي"),
}
_HOLDERS = {AUTHOR: Words("the outlet", "الوسيلة"), OTHER: Words("someone else", "جهة أخرى")}
NO_OUTLET = Words("no outlet", "بلا وسيلة")
ALL = Words("All outlets", "كل الوسائل")


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id; an id that no list knows stands for itself."""

    actors: Mapping[str, Words]
    frames: Mapping[str, Words]

    @classmethod
    def of(cls, results: Results) -> Self:
        """Arabic names as the run wrote them, the others from the run's actor list, or the one that comes with zawiya."""
        taxonomy = _taxonomy(results)
        known = {actor.id: Words(actor.english, actor.arabic) for actor in taxonomy.actors.actors} if taxonomy else {}
        pairs = results.stances.group_by(["actor", "actor_name"]).aggregate([])
        actors = {}
        for actor, arabic in zip(pairs["actor"].to_pylist(), pairs["actor_name"].to_pylist(), strict=True):
            actors[actor] = known.get(actor) or Words(actor, arabic or actor)
        frames = {frame.id: Words(frame.english, frame.arabic) for frame in taxonomy.frames.frames} if taxonomy else {}
        return cls({**known, **actors}, frames)

    def actor(self, name: str) -> Words:
        """Of an actor."""
        return self.actors.get(name) or Words(name, name)

    def frame(self, name: str) -> Words:
        """Of a frame; an id that no list knows is written without its underscores."""
        return self.frames.get(name) or Words(name.replace("_", " "), name.replace("_", " "))

    def holder(self, name: str) -> Words:
        """Of whoever holds a stance."""
        return _HOLDERS.get(name) or self.actor(name)

    @staticmethod
    def outlet(name: str | None) -> Words:
        """Of an outlet as :func:`short` gives it; None is no outlet."""
        return NO_OUTLET if name is None else Words(name, name)

    @staticmethod
    def stance(name: str) -> Words:
        """Of a stance, or of ``net``."""
        return _STANCES[name]


def short(outlet: str | None) -> str | None:
    """The name of an outlet; of an overlong one the beginning and a few digits that tell it from others."""
    if outlet is None or len(outlet) <= LONGEST:
        return outlet
    digest = hashlib.sha256(outlet.encode(errors="surrogatepass")).hexdigest()[:6]
    return f"{outlet[: LONGEST - 8]}… {digest}"


def _taxonomy(results: Results) -> Taxonomy | None:
    named = results.run.get("settings", {}).get("taxonomy")
    for path in dict.fromkeys((named, None)):
        try:
            return Taxonomy.load(actors=path)
        except (ZawiyaError, OSError, TypeError):
            # the list has gone since, or is another's path: names are then as the tables have them
            continue
    return None
