"""Models to evaluate: one whose answers are foretold, in the folder of a run that never took place."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.conftest import scorer
from zawiya.corpus import write_corpus
from zawiya.linear import LinearModel
from zawiya.records import Article, Mention
from zawiya.train.evaluate.evaluate import Request, evaluate
from zawiya.train.evaluate.records import Part, Slice
from zawiya.train.provenance import hashes
from zawiya.train.saving import save_settings
from zawiya.train.settings import DataSettings, ModelSettings, Source, TrainerSettings, TrainSettings

from ..conftest import FRAMES, small_articles
from ..runs import ACTOR_LIST, FRAME_LIST, write_yaml

#: Nothing is learnt in so short a time, and nothing has to be.
BRIEF = TrainerSettings(epochs=1, batch_size=12, mask_target=0.0, mask_words=0.0, seed=7)


def words_model(*, name: str = "words", bias: float = 3.0) -> LinearModel:
    """Blame by «أدانت» next before «تدخل», praise by «أشادت», of whoever stands behind; held by the other actor.

    In the small corpus it is always right.

    :param bias: toward neutral; with 9 every target is.
    """
    return LinearModel(
        name,
        FRAMES,
        stance=scorer(("<محادثات", "<تدخل"), [[9, 0, 0], [0, 9, 0]], [0, 0, bias]),
        holder=scorer((), [], [0, 0, 3]),
        frame=scorer(("تدخل", "محادثات"), [[9, 0], [0, 9]], [-4, -4]),
    )


class World:
    """A folder with a model, what it says it was trained on, and files to judge it by.

    :param encoder: folder of the encoder that it says it was made from.
    """

    def __init__(self, folder: Path, encoder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.train = self.corpus("train", small_articles("t"))
        self.dev = self.corpus("dev", small_articles("d"))
        self.actors = write_yaml(folder / "actors.yaml", ACTOR_LIST)
        self.frames = write_yaml(folder / "frames.yaml", FRAME_LIST)
        self.settings = TrainSettings(
            name="words",
            out=str(folder / "model"),
            data=DataSettings(train=(Source(str(self.train)),), dev=(str(self.dev),)),
            model=ModelSettings(encoder=str(encoder), longest=32),
            trainer=BRIEF,
            actors=str(self.actors),
            frames=str(self.frames),
            quantise="none",
        )

    def corpus(self, name: str, articles: Sequence[Article]) -> Path:
        """A corpus file."""
        path = self.folder / f"{name}.jsonl"
        write_corpus(path, articles)
        return path

    def model(self, name: str = "model", *, judge: LinearModel | None = None, **settings: Any) -> Path:
        """A model folder that records these settings and the files as they are now.

        :param settings: changes to those of the world.
        """
        folder = self.folder / name
        (judge or words_model()).save(folder)
        self.record(folder, replace(self.settings, **settings))
        return folder

    def record(self, folder: Path, settings: TrainSettings) -> None:
        """Write what a run of these settings leaves besides the model."""
        save_settings(settings, folder / "train.yaml")
        data = settings.data
        files = [*(source.path for source in data.train), *data.dev]
        files += [path for path in (data.held_out, settings.actors, settings.frames) if path]
        (folder / "metrics.json").write_text(json.dumps({"data": hashes(files)}), encoding="utf-8")
        (folder / "README.md").write_text(f"# {settings.name}\n", encoding="utf-8")


def request(world: World, model: Path, *data: Path, **more: Any) -> Request:
    """A quick one: no row beside the model's unless it is asked for."""
    return Request(model, data, world.cache, **{"beside": (), "resamples": 200, **more})


def only(world: World, model: Path, data: Path, **more: Any) -> Part:
    """What is said of one file."""
    [part] = evaluate(request(world, model, data, **more)).parts
    return part


def values(part: Part, system: int = 0) -> dict[str, float | None]:
    return {name: estimate.value for name, estimate in part.systems[system].scores.items()}


def relabelled(articles: Sequence[Article], change: Callable[[int, Mention], Mention]) -> list[Article]:
    """Articles with other labels, by the number of the article and the mention."""
    return [
        a.with_sentences(tuple(replace(s, mentions=tuple(change(number, m) for m in s.mentions)) for s in a.sentences))
        for number, a in enumerate(articles)
    ]


def without_praise(number: int, mention: Mention) -> Mention:
    """Of the six rows that are praised, in articles 6 to 11, the first three are neutral."""
    return replace(mention, stance="neutral", holder=None) if number in (6, 7, 8) else mention


def of_group(part: Part, group: str) -> dict[str, Slice]:
    return {found.name: found for found in part.slices if found.group == group}
