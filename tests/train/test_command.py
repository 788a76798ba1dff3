"""`zawiya train` as it is typed: what it prints, what it refuses and how, and what an interruption leaves."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import TOKEN, serve
from zawiya import config
from zawiya.errors import ZawiyaError
from zawiya.labeler import Labeler
from zawiya.taxonomy import Taxonomy
from zawiya.train import command

from .runs import Result, checkpoints, metrics, python, start, weights, write_world, zawiya


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config and all that it names."""
    return write_world(tmp_path_factory.mktemp("world")).parent


def train(world: Path, *settings: str, more: tuple[str, ...] = ()) -> Result:
    """`zawiya train` with these settings laid over the config."""
    return zawiya("train", "config.yaml", *(part for each in settings for part in ("--set", each)), *more, cwd=world)


@pytest.fixture(scope="module")
def finished(world: Path) -> tuple[Path, str]:
    """The folder of a run, and what it printed."""
    return world / "finished", train(world, "out=finished").done()


def test_a_run_prints_its_scores_beside_those_of_the_baselines(finished: tuple[Path, str]) -> None:
    _, printed = finished
    for row in ("model", "tfidf", "majority"):
        assert re.search(
            rf"{row}: stance macro-F1 \d\.\d{{3}}.*, frames micro-F1 \d\.\d{{3}}, holder accuracy", printed
        )
    assert printed.rstrip().endswith("model written to finished")


def test_what_it_wrote_labels_text(finished: tuple[Path, str], world: Path) -> None:
    folder, _ = finished
    taxonomy = Taxonomy.load(str(world / "actors.yaml"), str(world / "frames.yaml"))
    (sentence,) = Labeler.load(folder, taxonomy=taxonomy, threads=1).label("طهران أدانت تدخل موسكو.").sentences
    assert [mention.actor for mention in sentence.mentions] == ["iran", "russia"]


def test_the_settings_that_it_wrote_train_the_same_model_again(finished: tuple[Path, str], world: Path) -> None:
    folder, _ = finished
    zawiya("train", folder / "train.yaml", "--set", "out=again", cwd=world).done()
    assert weights(world / "again") == weights(folder)
    assert metrics(world / "again") == metrics(folder)


def test_a_setting_on_the_command_line_goes_over_the_config(world: Path) -> None:
    train(world, "out=over", "trainer.epochs=1", "name=other").done()
    written = config.load_yaml(world / "over/train.yaml")
    assert (written["name"], written["trainer"]["epochs"], written["trainer"]["batch_size"]) == ("other", 1.0, 8)


def test_a_dry_run_says_what_would_be_learnt_and_leaves_nothing(world: Path) -> None:
    before = set(world.iterdir())
    printed = train(world, "out=dry", more=("--dry-run",)).done()
    assert "train: 48 sentences in 48 windows of up to 7 pieces, 96 targets" in printed
    assert "train: 0 sentences read in several windows, 0 targets cut" in printed
    assert "train: stance favor 24, against 24, neutral 48, not_an_actor 0" in printed
    assert "train: frames interference 24, diplomacy 24" in printed
    assert "dev: fewer than 20 examples of favor (6), against (6)" in printed
    assert re.search(r"model: \d+\.\d million parameters, fp32, the CPU", printed)
    assert re.search(r"estimate: about \d+ (s|min) for 3 epochs", printed)
    assert set(world.iterdir()) == before


def test_a_dry_run_of_the_baseline_finds_what_is_wrong_too(world: Path) -> None:
    assert "data: 1 fault" in train(world, "model.kind=tfidf", "data.dev=[]", more=("--dry-run",)).refused()
    train(world, "model.kind=tfidf", "out=dry", more=("--dry-run",)).done()
    assert not (world / "dry").exists()


def test_all_faults_of_a_config_are_said_at_once(world: Path) -> None:
    # as users start it, in an interpreter of its own
    faults = ("trainer.epochs=0", "trainer.bach_size=8", "model.longest=long", "quantise=int4", "seeds=0")
    said = python(
        *("-m", "zawiya", "train", "config.yaml"), *(part for each in faults for part in ("--set", each)), cwd=world
    ).refused()
    assert "config.yaml with --set: 5 faults" in said
    for place in ("`trainer.epochs`", "`trainer.bach_size`", "`model.longest`", "`quantise`", "`seeds`"):
        assert place in said
    assert "did you mean `batch_size`?" in said


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (("no-value",), ("--set no-value", "expected KEY=VALUE")),
        (("data.train=[absent.jsonl]",), ("absent.jsonl", "expected a corpus file")),
        (("data.dev=[]",), ("`data.dev`: expected sentences, found none", "dev_share")),
        (("data.train=[latin.jsonl]",), ("latin.jsonl", "expected UTF-8", "convert the file to UTF-8")),
        (("data.test=[broken.jsonl]",), ("broken.jsonl: 2 faults", "line 1: not JSON", "line 3: not JSON")),
        (("data.train=[broken.jsonl]", "data.dev=[absent.jsonl]"), ("data: 2 faults", "broken.jsonl", "absent.jsonl")),
        (("data.train=[strange.jsonl]",), ("actor 'mars' (1 rows)", "frame 'weather' (1 sentences)")),
        (("data.held_out=absent.txt",), ("absent.txt", "expected a file of actor ids")),
        (("model.encoder=hollow",), ("encoder 'hollow': expected a config.json",)),
        (("model.attention_heads=5", "model.longest=512"), ("`model.attention_heads`", "`model.longest`")),
        (("trainer.precision=fp16",), ("`trainer.precision`: fp16 needs a GPU",)),
        (("folds=9",), ("`folds`: expected at least 9 events to divide, found 1",)),
    ],
)
def test_what_cannot_be_trained_is_refused_with_what_to_do(
    world: Path, settings: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    text = "نص"
    (world / "hollow").mkdir(exist_ok=True)
    (world / "latin.jsonl").write_bytes(text.encode("cp1256") + b"\n")
    (world / "broken.jsonl").write_text("{\n\n[\n", encoding="utf-8")
    mention = {"actor": "mars", "start": 0, "end": 1, "stance": "neutral", "holder": None}
    sentence = {"start": 0, "end": 2, "role": "body", "mentions": [mention], "frames": ["weather"]}
    article = {"id": "a", "date": None, "outlet": None, "topic": None, "text": text, "sentences": [sentence]}
    (world / "strange.jsonl").write_text(json.dumps(article) + "\n", encoding="utf-8")
    said = train(world, "out=refused", *settings).refused()
    for part in parts:
        assert part in said
    assert not (world / "refused").exists()


def test_a_tracker_that_is_not_installed_is_named_before_anything_is_learnt(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    monkeypatch.chdir(world)
    with pytest.raises(ZawiyaError, match=r"trainer\.report_to: .*no mlflow; run: pip install 'zawiya\[tracking\]'"):
        command.train(Path("config.yaml"), ["trainer.report_to=[mlflow]", "out=tracked"])
    assert not (world / "tracked").exists()


def test_several_seeds_end_in_a_table_with_mean_deviation_and_the_best(world: Path) -> None:
    printed = train(world, "out=seeds", "trainer.epochs=1", more=("--seeds", "2")).done()
    rows = {line.split("  ")[0]: line.split()[-3:] for line in printed.splitlines()}
    assert {"mean", "deviation"} <= set(rows)
    assert len([name for name in rows if name.startswith("seed-1")]) == 2
    best = re.search(r"best by dev: (seeds/seed-1[34])", printed)
    assert best
    assert f"model written to {best[1]}" in printed


def test_an_interrupted_run_keeps_its_checkpoint_and_goes_on_from_it(world: Path, finished: tuple[Path, str]) -> None:
    out = world / "interrupted"
    run = ("train", "config.yaml", "--set", "out=interrupted")
    result = start(*run, cwd=world).send(signal.SIGINT, when=lambda: bool(checkpoints(out)))
    assert result.status == 130
    assert "Traceback" not in result.err
    assert "zawiya: interrupted; checkpoints in interrupted are kept; the same command goes on" in result.err
    assert (checkpoints(out)[-1] / "model.safetensors").is_file()
    zawiya(*run, cwd=world).done()
    assert weights(out) == weights(finished[0])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "name",
    ["metrics.json", *(pytest.param(name, marks=pytest.mark.slow) for name in ("tokenizer.json", "model.onnx"))],
)
def test_a_full_disk_is_said_and_once_there_is_room_the_run_goes_on(
    world: Path, finished: tuple[Path, str], name: str
) -> None:
    out = world / f"full-{name}"
    out.mkdir()
    (out / name).symlink_to("/dev/full")
    said = train(world, f"out={out.name}").refused()
    assert "the disk is full; make room, then start again" in said
    (out / name).unlink(missing_ok=True)
    train(world, f"out={out.name}").done()
    assert weights(out) == weights(finished[0])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_while_a_checkpoint_is_written_is_said(world: Path, small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(os.urandom(250_000))
    said = train(world, f"out={small_disk}/out").refused()
    assert "the disk is full; make room, then start again" in said
    (small_disk / "ballast").unlink()


def test_a_finished_model_is_pushed_to_the_hub(world: Path, tmp_path: Path) -> None:
    run = ("-m", "zawiya", "train", "config.yaml", "--set", "out=pushed", "--push-to-hub", "me/tiny")
    with serve(tmp_path) as hub:
        printed = python(*run, cwd=world, HF_ENDPOINT=hub.url, HF_TOKEN=TOKEN).done()
        assert f"uploaded to {hub.url}/me/tiny" in printed
        pushed = hub.files("me/tiny")
    for path in (world / "pushed").iterdir():
        assert pushed[path.name] == path.read_bytes()
