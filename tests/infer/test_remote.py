"""Inputs at a URL, in a store that lives in this process: listing, copying, and what becomes of a bundle of them."""

import gzip
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from zawiya.errors import ZawiyaError
from zawiya.infer.bundles import bundled, listing
from zawiya.infer.ledger import Ledger, Part
from zawiya.infer.ray_worker import Job, Worker, fingerprints
from zawiya.infer.remote import RemoteSource, at_hand, filesystem, list_url, shown_url
from zawiya.infer.settings import InferSettings
from zawiya.infer.summary import Tally
from zawiya.reading import Skipped, Source
from zawiya.reading.folders import Located

from .conftest import ACCUSING, THANKING

fsspec = pytest.importorskip("fsspec", reason="fsspec comes with the extra ray")


@pytest.fixture
def store():
    """Writes files into the store; empty again behind the test."""
    memory = fsspec.filesystem("memory")

    def put(path: str, content: str | bytes) -> None:
        memory.pipe(path, content.encode() if isinstance(content, str) else content)

    yield put
    memory.store.clear()


@pytest.fixture
def worker(labeler, tmp_path) -> Worker:
    (tmp_path / "out" / ".unfinished").mkdir(parents=True)
    options = InferSettings().read_options()
    return Worker(Job(tmp_path / "out", options, 100, lambda: labeler, fingerprints(labeler)))


def names(found) -> list[str]:
    return [item.source if isinstance(item, Skipped) else item.name for item in found]


def test_files_come_in_the_order_of_a_folder_without_hidden_ones(store):
    for path in ("b/z.txt", "b/a/x.txt", "a.txt", ".hidden.txt", "b/.git/x.txt"):
        store(f"/news/{path}", ACCUSING)
    assert names(list_url("memory://news")) == [
        "memory://news/a.txt",
        "memory://news/b/a/x.txt",
        "memory://news/b/z.txt",
    ]


def test_one_file_goes_by_its_own_url(store):
    store("/news/a.txt", ACCUSING)
    (found,) = list_url("memory://news/a.txt")
    assert isinstance(found, RemoteSource)
    assert (found.name, found.size) == ("memory://news/a.txt", len(ACCUSING.encode()))


def test_a_url_that_leads_nowhere_is_named(store):
    assert [found.reason for found in list_url("memory://nowhere")] == ["vanished"]


def test_a_bundle_gives_the_rows_of_the_same_files_here(store, worker, tmp_path, labeler):
    here = tmp_path / "news"
    contents = {
        "east/2022-01-06-a.txt": ACCUSING.encode(),
        "west/b.jsonl.gz": gzip.compress(json.dumps({"id": "1", "text": THANKING}).encode()),
        "west/c.txt": b"",
    }
    for path, content in contents.items():
        store(f"/news/{path}", content)
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_bytes(content)
    there, same = (worker.label(bundled(listing([p]), Ledger(), 1)[0]) for p in ("memory://news", str(here)))
    assert there.failure is None
    assert [article.wanted for article in there.articles] == [article.wanted for article in same.articles]
    assert list(there.met.values()) == list(same.met.values())
    assert [skipped.reason for skipped in there.tally.skipped] == ["empty"]
    for table in ("sentences", "stances"):
        left, right = (pq.read_table(found.files[table]).to_pylist() for found in (there, same))
        assert left
        assert [{**row, "source": None} for row in left] == [{**row, "source": None} for row in right]
        assert {row["outlet"] for row in left} == {"east", "west"}


def test_what_an_earlier_run_had_is_not_labelled_again(store, worker):
    store("/news/a.txt", ACCUSING)
    first = worker.label(bundled(listing(["memory://news"]), Ledger(), 1)[0])
    ledger = Ledger()
    ledger.add(Part(1, first.entries, Tally()))
    again = worker.label(bundled(listing(["memory://news"]), ledger, 1)[0])
    assert (again.unchanged, again.entries, again.files) == (("memory://news/a.txt",), (), {})
    store("/news/a.txt", THANKING)
    changed = worker.label(bundled(listing(["memory://news"]), ledger, 1)[0])
    assert [article.wanted for article in changed.articles] == ["a"]
    assert changed.met != first.met


def test_a_file_that_goes_before_it_is_read_is_named_and_the_others_are_read(store, worker):
    for name in ("a", "b"):
        store(f"/news/{name}.txt", ACCUSING)
    listed = [*listing(["memory://news"])]
    fsspec.filesystem("memory").rm("/news/a.txt")
    manifest = worker.label(bundled(listed, Ledger(), 1)[0])
    assert [(skipped.source, skipped.reason) for skipped in manifest.passing] == [("memory://news/a.txt", "vanished")]
    assert [article.wanted for article in manifest.articles] == ["b"]


def test_copies_go_when_they_are_read(store, tmp_path):
    store("/news/a.txt", ACCUSING)
    places = [found.place for found in at_hand(list_url("memory://news"))]
    assert [place.exists() for place in places if place] == [False]


def test_local_sources_are_passed_on_as_they_are():
    source = Source("a.txt", Located(Path("a.txt"), Path()))
    assert [*at_hand([source])] == [source]


def test_nothing_secret_is_in_a_name():
    assert shown_url("s3://key@bucket/news?secret_key=x") == "s3://bucket/news"
    with pytest.raises(ZawiyaError, match="without a password") as refused:
        filesystem("s3://name:secret@bucket/news")
    assert "secret" not in str(refused.value)


def test_a_url_of_an_unknown_scheme_is_named():
    with pytest.raises(ZawiyaError, match="nothing installed can read"):
        [*list_url("nowhere://bucket/news")]
