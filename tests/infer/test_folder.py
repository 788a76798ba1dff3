import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.errors import ZawiyaError
from zawiya.infer.folder import ResultFolder, check_folder, writing
from zawiya.infer.layout import LOCK, UNFINISHED
from zawiya.infer.ledger import Entry
from zawiya.infer.run import run
from zawiya.infer.summary import Tally
from zawiya.records import Article, Sentence

from .results import TOP, articles, check_whole, everything, names, parts, rows, sheet

KEY = {"model": "m", "frames": ["legality"]}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def opened(out: Path, key=KEY, **options) -> ResultFolder:
    return ResultFolder(out, key=key, frames=("legality",), actors={}, row_group=10, **options)


def article(name: str, source: str | None = None) -> Article:
    return Article(id=name, text="سلام.", source=source or name, sentences=(Sentence(0, 5, "سلام."),))


def put(results: ResultFolder, *found: Article, source: str | None = None, digest: str = "d1") -> None:
    """A part of articles; each is a file, or all are records of one."""
    results.write(found)
    tally = Tally()
    for each in found:
        tally.add(each)
    names_ = [source] if source else [each.source for each in found]
    results.commit([Entry(name, digest, len(found), True) for name in names_], tally)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_was_committed_is_there_when_the_folder_is_opened_again(out):
    with opened(out) as results:
        put(results, article("a"), article("b"))
    with opened(out) as results:
        assert sorted(results.ledger.parts) == [1]
        assert sorted(results.ids().taken) == ["a", "b"]
        put(results, article("c"))
        results.finish({"complete": True})
    assert names(out) == TOP
    assert [found["id"] for found in articles(out)] == ["a", "b", "c"]
    check_whole(out)


def test_what_was_not_committed_is_gone(out):
    with opened(out) as results:
        put(results, article("a"))
        results.write([article("b")])
    with opened(out) as results:
        assert list(results.ids().taken) == ["a"]
    assert not (out / UNFINISHED).exists()


def test_files_of_a_part_that_is_not_in_the_ledger_go(out):
    with opened(out) as results:
        put(results, article("a"))
    (out / "sentences" / "000002.parquet").write_bytes(b"half")
    with opened(out):
        assert parts(out, "sentences") == [1]


def test_a_file_is_whole_on_the_disk_before_it_has_its_name_and_the_ledger_is_last(out, monkeypatch):
    """What a power cut could turn round."""
    deeds = []
    fsync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda at: (deeds.append(("settle", name_of(at))), fsync(at)))
    monkeypatch.setattr(Path, "replace", lambda a, b: (deeds.append(("name", str(b))), rename(a, b)))

    def name_of(handle):
        return str(Path(f"/proc/self/fd/{handle}").readlink())

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("asks Linux for the names of open files")
    with opened(out) as results:
        deeds.clear()
        put(results, article("a"))
    kinds = [kind for kind, _ in deeds]
    assert kinds == ["settle", "name", "settle"] * 4
    named = [path for kind, path in deeds if kind == "name"]
    assert [Path(path).parent.name for path in named] == ["articles", "sentences", "stances", "ledger"]
    # the folder that a name stands in is settled before the next file has its name
    assert [path for kind, path in deeds if kind == "settle"][1::2] == [str(Path(path).parent) for path in named]


def test_rows_of_a_source_are_taken_out_and_its_part_is_written_anew(out):
    with opened(out) as results:
        put(results, article("a"), article("b"))
        put(results, article("c"))
        results.drop({1: {"a"}, 2: {"c"}})
        assert sorted(results.ledger.parts) == [3]
        assert results.ledger.parts[3].replaces == 1
        assert list(results.ids().taken) == ["b"]
    check_whole(out)


def test_records_of_a_file_of_many_go_with_it(out):
    with opened(out) as results:
        put(results, article("a1", "a.csv#1"), article("a2", "a.csv#2"), source="a.csv")
        put(results, article("b", "a"), article("c", "a.csv.txt"))
        results.drop({1: {"a.csv"}, 2: {"a.csv"}})
        assert sorted(results.ids().taken) == ["b", "c"]


def test_ids_become_free_with_the_articles_of_other_states_only(out):
    with opened(out) as results:
        put(results, article("a1", "a#1"), article("a2", "a#2"), source="a")
        put(results, article("a1", "a#1"), source="a", digest="d2")
    with opened(out) as results:
        results.ids()
        assert results.ids_of("a", "d2") == ["a2"]
        assert results.ids_of("b", "d1") == []


def test_warnings_and_skipped_inputs_stay_with_what_stays(out):
    with opened(out) as results:
        results.write([article("a"), replace(article("b"), warnings=("repaired",))])
        tally = Tally(articles=2, warnings=[("b", "repaired")])
        results.commit([Entry("a", "d1", 1, True), Entry("b", "d1", 1, True)], tally)
        results.drop({1: {"a"}})
        assert results.ledger.tally().warnings == [("b", "repaired")]
        assert results.ledger.tally().articles == 1


def test_sheets_follow_the_parts(out):
    with opened(out) as results:
        put(results, article("a"))
        results.finish({})
        assert len(sheet(out, "sentences")) == 1
        put(results, article("b"))
        results.finish({})
        assert len(sheet(out, "sentences")) == len(rows(out, "sentences")) == 2
        results.drop({1: {"a"}})
        results.finish({})
        assert [row["article_id"] for row in sheet(out, "sentences")] == ["b"]


def test_sheets_that_are_right_are_left_as_they_are(out):
    with opened(out) as results:
        put(results, article("a"))
        results.finish({"n": 1})
    (out / "sentences.csv").write_text("touched", encoding="utf-8")
    with opened(out) as results:
        results.finish({"n": 2})
    assert (out / "sentences.csv").read_text(encoding="utf-8") == "touched"
    assert json.loads((out / "run.json").read_text(encoding="utf-8")) == {"n": 2}


def test_sheets_are_written_by_the_next_run_when_this_one_was_stopped_before(out):
    with opened(out) as results:
        put(results, article("a"))
        results.finish({})
        put(results, article("b"))
    with opened(out) as results:
        results.finish({})
    assert len(sheet(out, "sentences")) == 2


def test_beyond_what_a_spreadsheet_takes_the_sheet_goes(out, monkeypatch):
    with opened(out) as results:
        put(results, article("a"))
        results.finish({})
        put(results, article("b"))
        monkeypatch.setattr("zawiya.infer.sheets.MOST_ROWS", 1)
        results.finish({})
    assert names(out) == [name for name in TOP if name != "sentences.csv"]


# Whose folder it is.


def test_one_run_holds_the_folder(out):
    with opened(out) as results:
        put(results, article("a"))
        with pytest.raises(ZawiyaError, match="another run is writing to this folder"), opened(out, overwrite=True):
            pass
        assert parts(out) == [1]


def test_a_folder_that_was_made_for_nothing_goes_again(out):
    with pytest.raises(RuntimeError), opened(out):
        raise RuntimeError
    assert not out.exists()


def test_an_empty_folder_may_be_tried_with_other_options(out):
    out.mkdir()
    for key in (KEY, {"model": "other"}):
        with pytest.raises(RuntimeError), opened(out, key):
            raise RuntimeError
    assert out.is_dir()


def test_a_run_that_was_stopped_as_it_began_leaves_nothing_that_is_in_the_way(out):
    for name in ("ledger", "articles", UNFINISHED):
        (out / name).mkdir(parents=True)
    (out / LOCK).write_bytes(b"")
    check_folder(out, overwrite=False)


@pytest.mark.parametrize("name", ["mine.txt", "articles.jsonl", "articles/mine.txt", "ledger/2022.xlsx"])
def test_a_folder_with_something_else_is_refused(out, name):
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=f"{name.split('/', maxsplit=1)[0]}; name another with --out"):
        check_folder(out, overwrite=False)


def test_overwrite_removes_results_and_nothing_else(out):
    with opened(out) as results:
        put(results, article("a"))
        results.finish({})
    mine = ["mine.txt", "articles/mine.txt", "ledger/2022.xlsx", "sentences/a.parquet", "articles/1.jsonl"]
    for name in mine:
        (out / name).write_text("mine", encoding="utf-8")
    with opened(out, key={"model": "other"}, overwrite=True):
        assert files(out) == sorted([*mine, LOCK, "ledger/key.json"])


def test_other_files_in_the_folders_outlive_a_run(out):
    with opened(out) as results:
        put(results, article("a"))
    (out / "articles" / "mine.jsonl").write_text("mine", encoding="utf-8")
    with opened(out):
        pass
    assert (out / "articles" / "mine.jsonl").exists()


def test_what_an_older_version_wrote_is_refused_and_goes_when_overwritten(out):
    out.mkdir()
    for name in ("articles.jsonl", "run.json", "sentences.csv", "sentences.parquet", "stances.parquet"):
        (out / name).write_text("old", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"results of this version, found articles\.jsonl, run\.json, .*--overwrite"):
        check_folder(out, overwrite=False)
    with opened(out, overwrite=True) as results:
        put(results, article("a"))
        results.finish({})
    assert names(out) == TOP


def test_other_labels_are_refused_with_what_differs(out):
    with opened(out) as results:
        put(results, article("a"))
    with (
        pytest.raises(ZawiyaError, match=r"the model \(by its fingerprint\) was 'm' and is 'other'.*--overwrite"),
        opened(out, {"model": "other"}),
    ):
        pass


# Damage.


@pytest.mark.parametrize("content", [b"", b"{", b"3", b'"text"', b"\xff"])
def test_a_damaged_key_is_a_message(out, content):
    with opened(out) as results:
        put(results, article("a"))
    (out / "ledger" / "key.json").write_bytes(content)
    with pytest.raises(ZawiyaError, match=r"key\.json: expected .*--overwrite"), opened(out):
        pass


def test_a_part_whose_file_is_missing_is_a_message(out):
    with opened(out) as results:
        put(results, article("a"))
    (out / "stances" / "000001.parquet").unlink()
    with (
        pytest.raises(ZawiyaError, match=r"stances/000001\.parquet: expected a part .*no file.*--overwrite"),
        opened(out),
    ):
        pass


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:-9], lambda data: b"\0" * len(data)])
def test_a_damaged_part_is_a_message_wherever_it_is_read(out, damage):
    with opened(out) as results:
        put(results, article("a"), article("b"))
    path = out / "sentences" / "000001.parquet"
    path.write_bytes(damage(path.read_bytes()))
    for use in (ResultFolder.ids, lambda r: r.drop({1: {"a"}}), lambda r: r.finish({})):
        with opened(out) as results, pytest.raises(ZawiyaError, match=r"sentences.*expected a part of the results"):
            use(results)


def test_bytes_that_are_lost_within_a_part_are_a_message(out):
    with opened(out) as results:
        put(results, *(article(f"{number}") for number in range(500)))
    path = out / "sentences" / "000001.parquet"
    data = path.read_bytes()
    path.write_bytes(data[:8] + b"\xff" * 1500 + data[1508:])
    with opened(out) as results, pytest.raises(ZawiyaError, match="expected a part of the results"):
        results.ids()


def test_a_refusal_of_the_system_says_what_to_do(tmp_path):
    said = r"No space left.*make room and give the same command again"
    with pytest.raises(ZawiyaError, match=said), writing(tmp_path):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_damaged_sheet_note_costs_nothing_but_the_sheets(settings, labeler, out):
    run(settings, labeler=labeler)
    before = everything(out)
    (out / "ledger" / "sheets.json").write_bytes(b"{")
    run(settings, labeler=labeler)
    assert everything(out) == before
