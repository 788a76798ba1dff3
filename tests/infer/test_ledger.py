import json

import pytest

from zawiya.errors import ZawiyaError
from zawiya.infer.layout import LEDGER, TABLES, UNFINISHED, part_file
from zawiya.infer.ledger import Entry, Ledger, Part
from zawiya.infer.summary import Tally
from zawiya.reading import Skipped


def part(number: int, *entries: Entry, replaces: int | None = None, articles: int = 1) -> Part:
    return Part(number, entries, Tally(articles=articles), replaces)


def had(source: str, until: int = 1, *, digest: str = "d1", complete: bool = True) -> Entry:
    return Entry(source, digest, until, complete)


def ledger(*parts: Part) -> Ledger:
    made = Ledger()
    for each in parts:
        made.add(each)
    return made


@pytest.fixture
def folder(tmp_path):
    for name in (LEDGER, UNFINISHED, *TABLES):
        (tmp_path / name).mkdir()
    return tmp_path


def save(folder, *parts: Part) -> None:
    for each in parts:
        for table in TABLES:
            part_file(folder, table, each.number).write_bytes(b"")
        each.save(folder)


def test_a_part_is_read_back_as_it_was(folder):
    tally = Tally(articles=1, skipped=[Skipped("b", "empty", "no bytes")], warnings=[("a", "repaired")])
    whole = Part(7, (had("a"), had("b#1", 3, complete=False)), tally, replaces=2)
    whole.save(folder)
    assert Part.load(folder / LEDGER / "000007.json") == whole
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["000007.json"]


def test_a_source_that_was_never_read_has_no_state():
    assert ledger().latest("a") is None
    assert ledger().reached("a", "d1") is None
    assert ledger().places("a") == []


def test_a_source_of_many_parts_was_read_as_far_as_the_furthest():
    held = ledger(part(1, had("a", 50, complete=False)), part(2, had("a", 100)))
    assert held.reached("a", "d1") == had("a", 100)
    assert [number for number, _ in held.places("a")] == [1, 2]


def test_a_part_written_anew_hides_nothing_of_what_comes_after_it():
    held = ledger(part(2, had("a", 100)), part(3, had("a", 50, complete=False), replaces=1))
    assert held.reached("a", "d1") == had("a", 100)


def test_states_of_a_source_are_told_apart_and_the_last_is_known():
    held = ledger(part(1, had("a", 9)), part(2, had("a", 3, digest="d2", complete=False)))
    assert held.latest("a") == "d2"
    assert held.reached("a", "d1") == had("a", 9)
    assert held.reached("a", "d2") == had("a", 3, digest="d2", complete=False)


def test_a_source_that_ended_where_its_part_did_is_complete():
    held = ledger(part(1, had("a", 9, complete=False)), part(2, had("a", 9)))
    assert held.reached("a", "d1").complete


def test_a_part_that_is_forgotten_takes_its_sources_with_it():
    held = ledger(part(1, had("a"), had("b")), part(2, had("b", 2)))
    held.remove(1)
    assert list(held.sources()) == ["b"]
    assert held.next_number == 3


def test_counts_are_those_of_all_parts():
    assert ledger(part(1, articles=2), part(2, articles=3)).tally().articles == 5


def test_a_part_that_another_replaced_goes_when_the_ledger_is_read(folder):
    save(folder, part(1, had("a")), part(2, had("b")), part(3, had("a"), replaces=1))
    assert sorted(Ledger.load(folder).parts) == [2, 3]
    assert not part_file(folder, "stances", 1).exists()
    assert not part_file(folder, LEDGER, 1).exists()


def test_hundreds_of_parts_are_read_in_the_order_of_their_numbers(folder):
    for number in range(1, 400):
        part(number, had("a", number, complete=False)).save(folder)
    held = Ledger.load(folder)
    assert list(held.parts) == list(range(1, 400))
    assert held.reached("a", "d1").until == 399
    assert held.next_number == 400


def test_other_files_in_the_ledger_are_left_alone(folder):
    for name in ("key.json", "sheets.json", "1.json", "notes.json", "٠٠٠٠٠١.json"):
        (folder / LEDGER / name).write_text("mine", encoding="utf-8")
    assert Ledger.load(folder).parts == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"version": 1, "replaces": null, "entries": [{"name": "a"}], "tally": {}}',
        b'{"version": 1, "replaces": null, "entries": [], "tally": {"actors": []}}',
        b'{"version": 1, "replaces": null, "entries": 3, "tally": null}',
    ],
)
def test_a_damaged_file_is_a_message(folder, content):
    (folder / LEDGER / "000001.json").write_bytes(content)
    with pytest.raises(ZawiyaError, match=r"000001\.json: expected a part of the ledger, found .*--overwrite"):
        Ledger.load(folder)


def test_a_file_of_another_version_is_a_message(folder):
    (folder / LEDGER / "000001.json").write_text(json.dumps({"version": 9}), encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"expected version 1, found 9; go on with the version of zawiya that"):
        Ledger.load(folder)
