"""A tiny labeler that stays, and runs of it over what a test puts into a folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infer.conftest import ACTORS, FRAME_LIST, WordBackend, word_bundle, word_tokenizer
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings
from zawiya.infer.summary import RunSummary
from zawiya.inputs import Encoder
from zawiya.labeler import Labeler
from zawiya.prediction import EncoderJudge
from zawiya.taxonomy import Taxonomy


@pytest.fixture(scope="session")
def labeler(tmp_path_factory: pytest.TempPathFactory) -> Labeler:
    folder = tmp_path_factory.mktemp("taxonomy")
    actors, frames = folder / "actors.yaml", folder / "frames.yaml"
    actors.write_text(ACTORS, encoding="utf-8")
    frames.write_text(FRAME_LIST, encoding="utf-8")
    judge = EncoderJudge(word_bundle(), Encoder.of(word_tokenizer(), longest=32), WordBackend())
    return Labeler(judge=judge, taxonomy=Taxonomy.load(actors, frames), fingerprint="0123456789abcdef")


@pytest.fixture
def labelled(labeler: Labeler, tmp_path: Path) -> Callable[..., RunSummary]:
    """Runs the labeler over folders, as `zawiya infer` does."""

    def go(*folders: Path) -> RunSummary:
        return run(InferSettings(paths=tuple(map(str, folders)), out=str(tmp_path / "out")), labeler=labeler)

    return go
