"""Every config that is shipped says how it is run, and is started: with its own encoder's name, on a tiny corpus."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hub import serve
from tests.tiny_encoders import tiny_camelbert, tiny_xlm_roberta
from zawiya import config
from zawiya.corpus import write_corpus
from zawiya.labeler import Labeler
from zawiya.records import Article
from zawiya.taxonomy import Taxonomy
from zawiya.train.settings import TrainSettings

from .runs import many_articles, python, write_world, write_yaml, zawiya

CONFIGS = Path(__file__).resolve().parents[2] / "configs/train"
ALL = sorted(path.stem for path in CONFIGS.glob("*.yaml"))
BENCHMARKS = {"ans", "farra", "mawqif"}
LOCAL = {"default", "kfold", "local-folder", "release", "tfidf"} | BENCHMARKS
HUB = sorted(set(ALL) - LOCAL)
#: What a tiny corpus on a busy machine wants other than the config has it.
TINY = ("model.longest=32", "trainer.epochs=1", "trainer.precision=fp32", "quantise=none")


def shipped(name: str) -> TrainSettings:
    return config.load(TrainSettings, CONFIGS / f"{name}.yaml")


@pytest.mark.parametrize("name", ALL)
def test_a_config_says_what_it_is_for_and_how_it_is_run(name: str) -> None:
    lines = (CONFIGS / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    head = lines[: lines.index("")]
    assert all(line.startswith("#") for line in head)
    assert f"#   zawiya train configs/train/{name}.yaml" in head
    # the release is what is embedded, and goes by that name
    assert shipped(name).name == ("zawiya-default" if name == "release" else f"zawiya-{name}")
    assert shipped(name).out == f"runs/{name}"


@pytest.mark.parametrize("name", ALL)
def test_what_a_config_searches_may_be_searched(name: str) -> None:
    tune = pytest.importorskip("zawiya.train.tune")
    settings = shipped(name)
    if settings.search:
        tune._check(settings)


def tiny(settings: TrainSettings) -> tuple[str, ...]:
    """Settings that lay a tiny corpus over a config, each of its files by one, its actor and frame lists too."""
    trained = [{"path": "train.jsonl", "weight": s.weight, "dev_share": s.dev_share} for s in settings.data.train[:1]]
    data = {
        "train": trained,
        "dev": ["dev.jsonl"] if settings.data.dev else [],
        "test": ["test.jsonl"] if settings.data.test else [],
        "held_out": "held_out.txt" if settings.data.held_out else None,
        "events": "events.tsv" if settings.data.events else None,
    }
    lists = ("actors=actors.yaml", "frames=frames.yaml")
    return (*TINY, *lists, *(f"data.{key}={json.dumps(value)}" for key, value in data.items()))


def options(settings: tuple[str, ...]) -> list[str]:
    return [part for each in settings for part in ("--set", each)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny corpus of six events, and the files that configs name beside it."""
    folder = write_world(tmp_path_factory.mktemp("world"), copies=6, events=6).parent
    (folder / "held_out.txt").write_text("nobody\n", encoding="utf-8")
    topics = "".join(f"{topic // 2}\tevent-{topic}\n" for topic in range(6))
    (folder / "events.tsv").write_text(f"event\ttopic\n{topics}", encoding="utf-8")
    return folder


def labels(folder: Path, world: Path) -> list[str]:
    taxonomy = Taxonomy.load(str(world / "actors.yaml"), str(world / "frames.yaml"))
    (sentence,) = Labeler.load(folder, taxonomy=taxonomy, threads=1).label("طهران أدانت تدخل موسكو.").sentences
    return [mention.actor for mention in sentence.mentions]


@pytest.mark.parametrize("name", ["default", "local-folder", "tfidf"])
def test_a_config_that_needs_no_hub_trains_a_model(world: Path, name: str) -> None:
    own = ("model.encoder=encoder",) if name == "local-folder" else ()
    zawiya("train", CONFIGS / f"{name}.yaml", *options((*tiny(shipped(name)), *own)), cwd=world).done()
    assert labels(world / f"runs/{name}", world) == ["iran", "russia"]


def test_the_config_for_folds_trains_each(world: Path) -> None:
    settings = (*tiny(shipped("kfold")), "folds=3", "model.encoder=encoder")
    assert (
        "best by dev: runs/kfold/fold-" in zawiya("train", CONFIGS / "kfold.yaml", *options(settings), cwd=world).done()
    )
    assert sorted(path.name for path in (world / "runs/kfold").glob("fold-*")) == ["fold-1", "fold-2", "fold-3"]


def asked(article: Article) -> Article:
    """The article as an imported set has it: its targets are asked about, not named, and nobody holds a stance."""
    (sentence,) = article.sentences
    end = len(article.text) + 1 + len(article.id)
    mentions = [replace(m, start=end, end=end, holder="author" if m.holder else None) for m in sentence.mentions]
    # no text stands twice, as what is chosen for dev goes by the text
    text = f"{article.text} {article.id}"
    whole = replace(sentence, end=end, text=text, mentions=tuple(mentions), frames=())
    return replace(article, text=text, sentences=(whole,))


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_a_config_for_an_imported_set_trains_on_targets_of_any_name(tmp_path: Path, name: str) -> None:
    settings = shipped(name)
    for number, path in enumerate((*(s.path for s in settings.data.train), *settings.data.dev, *settings.data.test)):
        write_corpus(tmp_path / path, map(asked, many_articles(f"{number}-", 4)))
    for path, key in ((settings.actors, "actors"), (settings.frames, "frames")):
        write_yaml(tmp_path / str(path), {"version": 1, key: []})
    zawiya("train", CONFIGS / f"{name}.yaml", *options(TINY), cwd=tmp_path).done()
    metrics = json.loads((tmp_path / f"runs/{name}/metrics.json").read_text(encoding="utf-8"))
    (rows,) = metrics["test"].values()
    assert rows["model"]["rows"] == 96


#: Trains each config that it is given with its settings, in one process.
EACH = """
import json, sys
from pathlib import Path
from zawiya import config
from zawiya.train.run import train
from zawiya.train.settings import TrainSettings
for path, settings in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
    train(config.load(TrainSettings, Path(path), settings))
"""


def test_configs_that_name_an_encoder_of_the_hub_fetch_it_and_train(world: Path, tmp_path: Path) -> None:
    runs = []
    for name in HUB:
        settings = shipped(name)
        folder = tmp_path / settings.model.encoder
        if not folder.exists():
            (tiny_xlm_roberta if "xlm" in name else tiny_camelbert)(folder)
        runs.append((str(CONFIGS / f"{name}.yaml"), tiny(settings)))
    (world / "each.json").write_text(json.dumps(runs), encoding="utf-8")
    with serve(tmp_path) as hub:
        ran = python("-c", EACH, "each.json", cwd=world, HF_ENDPOINT=hub.url)
    assert ran.status == 0, ran.err[-4000:]
    for name in HUB:
        assert labels(world / f"runs/{name}", world) == ["iran", "russia"]
        assert config.load_yaml(world / f"runs/{name}/train.yaml")["model"]["encoder"] == shipped(name).model.encoder
