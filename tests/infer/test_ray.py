"""The same runs on Ray Data: two workers on this machine, and the rows of a run in one process."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from zawiya.errors import ZawiyaError
from zawiya.infer import bundles, ray_worker
from zawiya.infer.bundles import bundled, listing
from zawiya.infer.intake import Intake
from zawiya.infer.ledger import Ledger
from zawiya.infer.run import run
from zawiya.labeler import Labeler

from .conftest import ACCUSING, THANKING, WordBackend, add_broken

ray = pytest.importorskip("ray", reason="the extra ray is not installed")
pytest.importorskip("ray.data", reason="the extra ray is not installed")

from zawiya.infer import ray_engine  # noqa: E402 - needs Ray


@pytest.fixture(scope="session")
def two_workers():
    """Ray with two workers, for all tests of the session."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        object_store_memory=80 << 20,
    )
    yield
    ray.shutdown()


@pytest.fixture
def on_ray(settings, tmp_path, two_workers):
    return replace(settings, engine="ray", workers=2, out=str(tmp_path / "ray"))


@pytest.fixture
def small(monkeypatch):
    """Bundles of one small file each, so that both workers have some."""
    monkeypatch.setattr(bundles, "LEAST_BYTES", 1)
    monkeypatch.setattr(bundles, "MOST_BYTES", 1)


class DyingBackend(WordBackend):
    """Kills its process on the first batch, unless another was killed before it."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def run(self, batch):
        if not self._mark.exists():
            self._mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(batch)


class DeadlyBackend(WordBackend):
    """Kills every process that uses it."""

    def run(self, batch):
        os.kill(os.getpid(), signal.SIGKILL)


def rows(out, table) -> list[dict]:
    return [row for file in sorted((Path(out) / table).glob("*.parquet")) for row in pq.read_table(file).to_pylist()]


def articles(out) -> list[str]:
    files = sorted((Path(out) / "articles").glob("*.jsonl"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def record(out) -> dict:
    return json.loads((Path(out) / "run.json").read_text(encoding="utf-8"))


def assert_same(one, other) -> None:
    """Both folders hold the same rows in the same order, scores within 1e-4."""
    for table in ("sentences", "stances"):
        left, right = rows(one, table), rows(other, table)
        assert len(left) == len(right)
        assert left
        for a, b in zip(left, right, strict=True):
            assert a == {key: pytest.approx(v, abs=1e-4) if isinstance(v, float) else v for key, v in b.items()}
    assert articles(one) == articles(other)
    for part in ("counts", "skipped", "warnings", "this_run"):
        assert record(one)[part] == record(other)[part]


def write_records(path: Path, *records: dict) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in records), encoding="utf-8")


def with_backend(labeler: Labeler, backend) -> Labeler:
    judge = replace(labeler.judge, backend=backend)
    return Labeler(judge=judge, taxonomy=labeler.taxonomy, fingerprint=labeler.fingerprint)


def test_rows_ids_and_faults_are_those_of_a_run_in_one_process(settings, on_ray, labeler, news, small):
    add_broken(news)
    # every file begins its ids anew, and one has an id twice
    write_records(news / "east" / "a.jsonl", {"id": "1", "text": ACCUSING}, {"id": "1", "text": THANKING})
    write_records(news / "west" / "b.jsonl", {"id": "1", "text": THANKING}, {"id": "2", "text": "too few letters"})
    run(settings, labeler=labeler)
    run(on_ray, labeler=labeler)
    assert_same(settings.out, on_ray.out)
    ids = [json.loads(line)["id"] for line in articles(on_ray.out)]
    assert ids[1:3] == ["1", "1-2"]
    assert "1-3" in ids
    assert {s["reason"] for s in record(on_ray.out)["skipped"]} == {"empty", "binary", "not_arabic"}


@pytest.mark.slow
def test_a_folder_goes_on_with_either_engine(settings, on_ray, labeler, news, small):
    (news / "first.txt").write_text(ACCUSING, encoding="utf-8")
    run(settings, labeler=labeler)
    (news / "first.txt").write_text(THANKING, encoding="utf-8")
    (news / "second.txt").write_text(ACCUSING, encoding="utf-8")
    there = replace(on_ray, out=settings.out)
    summary = run(there, labeler=labeler)
    assert (summary.added, summary.unchanged, summary.articles) == (2, 2, 4)
    assert "first" in {json.loads(line)["id"] for line in articles(there.out)}
    again = run(settings, labeler=labeler)
    assert (again.added, again.unchanged) == (0, 4)


@pytest.mark.slow
def test_a_worker_that_dies_costs_no_row_and_adds_none(settings, on_ray, labeler, tmp_path, small):
    run(settings, labeler=labeler)
    mark = tmp_path / "died"
    run(on_ray, labeler=with_backend(labeler, DyingBackend(mark)))
    assert mark.exists()
    assert_same(settings.out, on_ray.out)
    assert not (Path(on_ray.out) / ".unfinished").exists()


@pytest.mark.slow
def test_inputs_at_a_url_give_the_rows_of_the_same_files(settings, on_ray, labeler, news):
    write_records(news / "west" / "b.jsonl", {"id": "1", "text": THANKING})
    (news / "west" / ".hidden.txt").write_text(ACCUSING, encoding="utf-8")
    run(settings, labeler=labeler)
    url = news.absolute().as_uri()
    # the second scheme is one that Arrow leaves to fsspec
    for scheme in ("file", "local"):
        remote = replace(on_ray, paths=(url.replace("file", scheme, 1),), out=f"{on_ray.out}-{scheme}")
        summary = run(remote, labeler=labeler)
        assert summary.articles == 3
        for table in ("sentences", "stances"):
            found = [{**row, "source": None} for row in rows(remote.out, table)]
            assert found == [{**row, "source": None} for row in rows(settings.out, table)]
        assert rows(remote.out, "sentences")[0]["source"].startswith(f"{scheme}:///")
    assert run(remote, labeler=labeler).unchanged == 3


@pytest.mark.slow
def test_an_interrupt_keeps_what_was_finished(on_ray, labeler, monkeypatch, small):
    real = ray_engine.Admission.add

    def add(self, manifest):
        real(self, manifest)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ray_engine.Admission, "add", add)
    summary = run(on_ray, labeler=labeler)
    assert summary.interrupted
    assert summary.added == 1
    monkeypatch.setattr(ray_engine.Admission, "add", real)
    again = run(on_ray, labeler=labeler)
    assert (again.interrupted, again.unchanged, again.articles) == (False, 1, 2)


@pytest.mark.slow
def test_what_kills_every_worker_is_named(on_ray, labeler):
    with pytest.raises(ZawiyaError, match=r"4 workers died while they labelled .*2022-01-06-a\.txt"):
        run(on_ray, labeler=with_backend(labeler, DeadlyBackend()))


@pytest.mark.slow
def test_the_program_labels_on_a_ray_of_its_own(news, tmp_path):
    command = [sys.executable, "-m", "zawiya", "infer", str(news), "--engine", "ray", "--workers", "1"]
    done = subprocess.run([*command, "--out", str(tmp_path / "out")], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert len(articles(tmp_path / "out")) == 2
    assert "russia" in done.stdout


@pytest.mark.slow
def test_a_driver_that_is_killed_goes_on(news, tmp_path):
    for number in range(16):
        (news / f"{number:02}.txt").write_text(ACCUSING * 200, encoding="utf-8")
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "zawiya",
        "infer",
        str(news),
        "--engine",
        "ray",
        "--workers",
        "2",
        "--out",
        str(out),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as driver:
        while driver.poll() is None and not [*out.glob("ledger/0*.json")]:
            pass
        driver.kill()
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert record(out)["this_run"]["unchanged"] > 0
    names = [json.loads(line)["id"] for line in articles(out)]
    assert len(names) == len(set(names)) == 18


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"paths": ("-",), "engine": "ray"}, "standard input cannot be read with --engine ray"),
        ({"paths": ("s3://bucket/news",)}, "read with --engine ray"),
        ({"workers": 2}, "pass --engine ray"),
        ({"engine": "ray", "out": "s3://bucket/out"}, "name one that every worker has"),
    ],
)
def test_what_an_engine_cannot_do_is_said_before_it_begins(settings, labeler, values, said):
    with pytest.raises(ZawiyaError, match=said):
        run(replace(settings, **values), labeler=labeler)


def test_the_folder_for_the_results_may_be_a_file_url(settings, labeler):
    run(replace(settings, out=Path(settings.out).absolute().as_uri()), labeler=labeler)
    assert len(articles(settings.out)) == 2


def test_a_missing_extra_is_named(settings, labeler, monkeypatch):
    monkeypatch.delitem(sys.modules, "zawiya.infer.ray_engine")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ZawiyaError, match=r"pip install 'zawiya\[ray\]'"):
        run(replace(settings, engine="ray"), labeler=labeler)
    assert not Path(settings.out).exists()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "ray://127.0.0.1:9", "127.0.0.1:99999"])
def test_a_cluster_that_does_not_answer_is_named_at_once(settings, labeler, monkeypatch, address):
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    with pytest.raises(ZawiyaError, match=f"no Ray cluster at {address}: .*--address"):
        run(replace(settings, engine="ray", address=address), labeler=labeler)
    assert not Path(settings.out).exists()


def test_workers_find_model_and_actor_list_from_any_folder(settings):
    there = ray_engine._elsewhere(replace(settings, model="models/mine", taxonomy=None, threads=4))
    assert there.model == str(Path("models/mine").absolute())
    assert (there.taxonomy, there.threads) == (None, 1)


def test_what_ray_says_of_a_cluster_is_passed_on(settings, monkeypatch):
    def refuse(**_):
        raise ConnectionError("Could not find any running Ray instance.\nmore")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    monkeypatch.setattr(ray, "init", refuse)
    there = ray_engine.cluster(replace(settings, engine="ray", address="auto"))
    with pytest.raises(ZawiyaError, match="no Ray cluster at auto: Could not find any running Ray instance"):
        there.__enter__()


def test_bundles_keep_the_order_and_a_large_file_is_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "LEAST_BYTES", 100)
    monkeypatch.setattr(bundles, "MOST_BYTES", 100)
    for name, size in (("a", 40), ("b", 40), ("c", 500), ("d", 40), ("e", 40), ("f", 40)):
        (tmp_path / f"{name}.txt").write_bytes(b"x" * size)
    found = bundled(listing([str(tmp_path), str(tmp_path / "b.txt"), "nowhere"]), Ledger(), workers=2)
    names = [[Path(getattr(s, "name", getattr(s, "source", ""))).stem for s in bundle.listed] for bundle in found]
    assert names == [["a", "b"], ["c"], ["d", "e"], ["f", "nowhere"]]


def test_a_worker_with_another_model_is_refused(settings, labeler, tmp_path):
    (tmp_path / "out" / ".unfinished").mkdir(parents=True)
    job = ray_worker.Job(tmp_path / "out", settings.read_options(), 100, lambda: labeler, ("other", "other"))
    bundle = bundled(listing(settings.paths), Ledger(), workers=1)[0]
    assert "not those of the driver" in (ray_worker.Worker(job).label(bundle).failure or "")


def test_a_folder_that_a_worker_does_not_have_is_named(settings, labeler, tmp_path):
    job = ray_worker.Job(
        tmp_path / "elsewhere", settings.read_options(), 100, lambda: labeler, ray_worker.fingerprints(labeler)
    )
    bundle = bundled(listing(settings.paths), Ledger(), workers=1)[0]
    assert "a worker has no such folder" in (ray_worker.Worker(job).label(bundle).failure or "")


def test_unchanged_sources_are_told_apart_by_their_bytes(settings, labeler, news):
    """A worker's view of what was read before is that of the results folder."""
    run(settings, labeler=labeler)
    ledger = Ledger.load(Path(settings.out))
    (bundle,) = bundled(listing(settings.paths), ledger, workers=1)
    known = ray_worker.Known(bundle.known)
    intake = Intake((), options=settings.read_options(), results=known, watch=ray_worker.Notes())
    assert [*intake.groups_of(bundle.listed)] == []
    assert intake.unchanged == 2
