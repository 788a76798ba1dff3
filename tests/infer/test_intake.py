import io
import os
import sys
from pathlib import Path

import pytest

from zawiya.infer import intake
from zawiya.infer.intake import Group, Intake
from zawiya.infer.ledger import Entry, Ledger, Part
from zawiya.infer.progress import Silent
from zawiya.infer.summary import Tally
from zawiya.reading import Ids, ReadOptions, Skipped
from zawiya.reading.folders import shown
from zawiya.records import Article

from .conftest import ACCUSING, THANKING


class Held:
    """A results folder that knows what it is told."""

    def __init__(self, *entries: Entry, ids: tuple[str, ...] = ()) -> None:
        self.ledger = Ledger()
        for number, entry in enumerate(entries):
            self.ledger.add(Part(number, (entry,), Tally()))
        self._ids = ids

    def ids(self) -> Ids:
        return Ids(dict.fromkeys(self._ids, 1))

    def ids_of(self, source: str, digest: str) -> list[str]:
        return list(self._ids) if any(entry.digest != digest for _, entry in self.ledger.places(source)) else []


def taken(paths, held=None, **options) -> tuple[Intake, list[Group]]:
    made = Intake(tuple(map(str, paths)), options=ReadOptions(**options), results=held or Held(), watch=Silent())
    return made, list(made.groups())


def ids(groups) -> list[list[str]]:
    return [[article.id for article in group.articles] for group in groups]


@pytest.fixture
def many(tmp_path):
    """Five records, the third of them empty."""
    file = tmp_path / "many.csv"
    texts = [ACCUSING, THANKING, "", ACCUSING, THANKING]
    file.write_text("text\n" + "".join(f'"{text}"\n' for text in texts), encoding="utf-8")
    return file


def test_articles_come_in_one_group_until_it_is_full(news, monkeypatch):
    assert ids(taken([news])[1]) == [["east/2022-01-06-a", "west/2022-01-07-b"]]
    monkeypatch.setattr(intake, "GROUP", len(ACCUSING))
    assert ids(taken([news])[1])[:2] == [["east/2022-01-06-a"], ["west/2022-01-07-b"]]


def test_a_group_is_full_with_what_was_skipped_too(monkeypatch):
    group = Group()
    monkeypatch.setattr(intake, "MOST_IN_A_GROUP", 2)
    group.add(Skipped("a", "empty", ""))
    assert not group.full
    group.add(Skipped("b", "empty", ""))
    assert group.full
    assert Group(articles=[Article(id="a", text="أ")], characters=intake.GROUP).full


def test_a_source_is_remembered_by_its_bytes(news):
    made, [group] = taken([news])
    assert [entry.source for entry in group.entries] == list(made.met)
    assert all(entry.complete and entry.until == 1 and len(entry.digest) == 32 for entry in group.entries)
    again, groups = taken([news], Held(*group.entries))
    assert (groups, again.unchanged, again.met) == ([], 2, made.met)


def test_groups_of_a_run_that_goes_on_are_those_of_one_run(many, monkeypatch):
    monkeypatch.setattr(intake, "GROUP", len(ACCUSING))
    _, whole = taken([many])
    assert len(whole) > 3
    for done, group in enumerate(whole[:-1], start=1):
        held = [article.id for before in whole[:done] for article in before.articles]
        _, rest = taken([many], Held(*group.entries, ids=tuple(held)))
        assert ids(rest) == ids(whole[done:])
        assert [group.skipped for group in rest] == [group.skipped for group in whole[done:]]
        assert [group.entries for group in rest] == [group.entries for group in whole[done:]]


def test_a_changed_source_is_read_from_its_beginning_and_keeps_its_ids(many):
    _, [group] = taken([many])
    held = Held(*group.entries, ids=tuple(article.id for article in group.articles))
    many.write_text(many.read_text(encoding="utf-8").replace("موسكو", "طهران"), encoding="utf-8")
    _, [again] = taken([many], held)
    assert ids([again]) == ids([group])
    assert [article.warnings for article in again.articles] == [()] * 4


def test_a_path_that_leads_nowhere_or_is_no_article_is_passed(news, tmp_path):
    (news / "film.mov").write_bytes(b"\0")
    made, [group] = taken([tmp_path / "nowhere", news])
    assert [skipped.reason for skipped in made.passing] == ["vanished", "unsupported"]
    assert len(group.entries) == 2
    assert not group.skipped


def test_a_file_that_was_named_twice_is_read_once(news):
    file = news / "east" / "2022-01-06-a.txt"
    assert len(taken([file, news, file])[1][0].articles) == 2


def test_names_of_an_old_code_page_are_told_apart():
    names = [shown(Path(os.fsdecode(name))) for name in (b"\xe3\xe4.txt", b"\xe4\xe3.txt")]
    assert names == [r"\xe3\xe4.txt", r"\xe4\xe3.txt"]


def test_standard_input_is_new_every_time(monkeypatch):
    def piped(held):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ACCUSING.encode()), encoding="utf-8"))
        return taken(["-"], held)

    first, [group] = piped(Held())
    second, [again] = piped(Held(*group.entries, ids=("stdin",)))
    assert ids([group]) == ids([again]) == [["stdin"]]
    assert first.met["-"] != second.met["-"]


def test_a_source_that_cannot_be_opened_is_passed(news, monkeypatch):
    def refused(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("zawiya.reading.reader.Source.digest", refused)
    made, groups = taken([news])
    assert groups == []
    assert {skipped.reason for skipped in made.passing} == {"no_permission"}
    assert made.met == {}
