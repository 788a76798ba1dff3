"""What a model was trained on, as its folder tells it: the baselines beside it are trained on the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zawiya import config
from zawiya.errors import ZawiyaError
from zawiya.integrity import sha256
from zawiya.taxonomy import Taxonomy

from ..settings import DataSettings, TrainSettings


@dataclass(frozen=True, slots=True)
class Lineage:
    """The training settings of a model, and the files that they name where those are at hand.

    :param settings: with every path leading to a file; None where one is missing.
    :param notes: what is missing, in plain words.
    :param actors: the model's actor list, None where it is the one that comes with zawiya.
    :param rename_frames: what frames of its files are called in the model; None drops one.
    """

    settings: TrainSettings | None
    notes: tuple[str, ...] = ()
    actors: Path | None = None
    rename_frames: Mapping[str, str | None] = field(default_factory=dict)

    def taxonomy(self, given: Path | None = None) -> Taxonomy:
        """The lists to find actors by.

        :param given: an actor list in the place of the model's own.
        :raises ZawiyaError: when the model's own is not at hand, or the list is at fault.
        """
        path = given or self.actors
        if path and not path.is_file():
            raise ZawiyaError(f"{path}: expected the actor list of the model, found none; name it with --taxonomy")
        return Taxonomy.load(path)


def lineage(folder: Path, given: Sequence[Path] = ()) -> Lineage:
    """What a model folder says about its training.

    :param given: files to take where the recorded paths lead nowhere: those of the recorded content, or, where none is
        recorded, of the same name.
    """
    path = folder / "train.yaml"
    if not path.is_file():
        return Lineage(None, (f"{path}: expected the settings of the training run, found none",))
    settings = config.load(TrainSettings, path)
    recorded = _recorded(folder / "metrics.json")
    wanted = [*(source.path for source in settings.data.train), *settings.data.dev]
    wanted += [path for path in (settings.data.held_out, settings.actors, settings.frames) if path]
    places = {name: _place(name, recorded.get(name), given) for name in wanted}
    actors = Path(places[settings.actors] or settings.actors) if settings.actors else None
    about: dict[str, Any] = {"actors": actors, "rename_frames": settings.data.rename_frames}
    if _is_fold(folder):
        return Lineage(
            None, ("a fold has learnt from a part of its files; the rows that need that part are left out",), **about
        )
    missing = [name for name, place in places.items() if place is None]
    if missing:
        note = (
            f"training files of the model that are not at hand, or are not what they were: {', '.join(missing)}; "
            "name them with --train to have the rows and slices that need them"
        )
        return Lineage(None, (note,), **about)
    found = {name: str(place) for name, place in places.items()}
    unrecorded = sorted(set(wanted) - set(recorded))
    notes = (f"the model does not record what was in {', '.join(unrecorded)}; taken by name",) if unrecorded else ()
    return Lineage(_placed(settings, found), notes, **about)


def _is_fold(folder: Path) -> bool:
    return folder.name.startswith("fold-") and (folder.parent / "replicates.json").is_file()


def _recorded(path: Path) -> Mapping[str, str]:
    """SHA-256 of each file that a run read, by its path at the time."""
    try:
        data = json.loads(path.read_text(encoding="utf-8")).get("data", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return data if isinstance(data, dict) else {}


def _place(name: str, digest: str | None, given: Sequence[Path]) -> Path | None:
    """The file that was meant by a path at the time of training."""
    for place in (Path(name), *given):
        same_name = place.parts[-2:] == Path(name).parts[-2:]
        if place.is_file() and (sha256(place) == digest if digest else same_name):
            return place
    return None


def _placed(settings: TrainSettings, found: Mapping[str, str]) -> TrainSettings:
    """The settings with the places where their files are."""
    data = settings.data
    placed = DataSettings(
        train=tuple(replace(source, path=found[source.path]) for source in data.train),
        dev=tuple(found[path] for path in data.dev),
        held_out=found[data.held_out] if data.held_out else None,
        rename_frames=data.rename_frames,
    )
    actors, frames = (found[path] if path else None for path in (settings.actors, settings.frames))
    return replace(settings, data=placed, actors=actors, frames=frames)
