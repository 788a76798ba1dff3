"""Files to judge by: what is read of them, and everything that is wrong with them in one message."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from zawiya.actors import ActorFinder
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article
from zawiya.taxonomy import ActorList
from zawiya.train.evaluate.gold import GoldFile, looks_predicted, read_gold

from ..labelled import article, gold_file, scored, told

ACTORS = ("russia", "usa", "iran")
FRAMES = ("interference", "diplomacy")
Write = Callable[..., Path]


def good(name: str = "a1") -> Article:
    """Three sentences, the second of them furniture."""
    return article(
        name,
        told("أدانت موسكو واشنطن", russia="neutral", usa="against russia", frames=FRAMES[:1]),
        told("اقرأ أيضا", role="furniture", iran="favor author"),
        told("محادثات طهران", iran="favor author", frames=FRAMES),
    )


def read(*paths: Path, actors: tuple[str, ...] = ACTORS, frames: tuple[str, ...] = FRAMES) -> list[GoldFile]:
    return read_gold(paths, actors=actors, frames=frames)


def faults_of(*paths: Path, actors: tuple[str, ...] = ACTORS, frames: tuple[str, ...] = FRAMES) -> list[str]:
    with pytest.raises(FaultsError) as raised:
        read(*paths, actors=actors, frames=frames)
    assert raised.value.source == "data to evaluate on"
    return list(raised.value.faults)


def test_a_file_is_its_sentences_without_furniture_each_with_its_article(write: Write) -> None:
    (file,) = read(write("corpus/test.jsonl", good("a1"), article("empty"), good("a2")))
    assert file.name == "corpus/test"
    assert [s.text for s in file.sentences] == ["أدانت موسكو واشنطن", "محادثات طهران"] * 2
    assert file.article_of == [0, 0, 2, 2]


def test_what_a_file_supports_is_counted_without_furniture(write: Write) -> None:
    (file,) = read(write("test.jsonl", good()))
    assert file.support((*FRAMES, "legality")) == {
        "stance.favor": 1,
        "stance.against": 1,
        "stance.neutral": 1,
        "holder.actor": 1,
        "holder.author": 1,
        "frames.interference": 2,
        "frames.diplomacy": 1,
        "frames.legality": 0,
    }


def test_a_file_without_rows_supports_no_holder() -> None:
    file = gold_file(article("a", told("محادثات", frames=FRAMES[:1])))
    assert file.support(()) == {"stance.favor": 0, "stance.against": 0, "stance.neutral": 0}


def test_a_file_is_known_by_the_sum_of_its_bytes(write: Write) -> None:
    path = write("test.jsonl", good())
    (file,) = read(path)
    assert file.sha256 == sha256(path.read_bytes()).hexdigest()


def test_a_file_named_twice_is_read_once_and_files_of_one_name_by_their_paths(write: Write) -> None:
    first, second = write("a/corpus/test.jsonl", good()), write("b/corpus/test.jsonl", good())
    assert [file.name for file in read(first, second, first)] == [str(first), str(second)]
    assert [file.name for file in read(first)] == ["corpus/test"]


def test_actors_are_listed_anew_without_labels_and_without_furniture(finder: ActorFinder) -> None:
    named = told("أدانت موسكو تدخل إيران", russia="against author")
    file = gold_file(article("a", named, replace(named, role="furniture")))
    (sentence,) = file.listed(finder)
    assert [(m.actor, m.stance, m.holder) for m in sentence.mentions] == [("russia", None, None), ("iran", None, None)]


def test_by_an_open_set_of_actors_none_can_be_listed() -> None:
    assert gold_file(good()).listed(ActorFinder(ActorList(1, ()))) is None


def test_every_fault_of_every_file_is_told_at_once(write: Write) -> None:
    unknown = write(
        "unknown.jsonl",
        article("a", told(china="neutral", usa="against nato", frames=["conflict"]), told(russia=None)),
        article("a", told(china="favor author")),
    )
    empty = write("empty.jsonl", article("b", told("اقرأ أيضا", role="furniture", russia="neutral")), article("c"))
    fine = write("fine.jsonl", good())
    bare = write("bare.jsonl", article("d", told("محادثات")))
    assert faults_of(unknown, empty, fine, bare) == [
        f"{unknown}: 1 of 4 rows have no stance, so there is nothing to compare with; label them "
        "(stance: favor, against or neutral), or leave them out",
        f"{unknown}: 1 ids stand for several articles, 'a' among them; give each article its own",
        f"{unknown}: actor 'china' (2 rows) is not in the actor list; add it there, or name another list",
        f"{unknown}: holder 'nato' (1 rows) is not in the actor list; add it there, or write `other`",
        f"{unknown}: frame 'conflict' (1 sentences) is not in the frame list; add it there, or rename or drop it "
        "by `data.rename_frames`",
        f"{empty}: expected labelled sentences, found none; name a corpus file with articles that are not all furniture",
        f"{bare}: has no labels: no sentence has an actor row or a frame; label it before a model is judged by it",
    ]


def test_the_message_counts_the_faults_and_lists_them(write: Write) -> None:
    path = write("bare.jsonl", article("d", told("محادثات")))
    with pytest.raises(ZawiyaError, match=r"data to evaluate on: 1 fault\n  - .*bare\.jsonl: has no labels"):
        read(path)


def test_a_file_without_articles_is_refused(write: Write) -> None:
    path = write("nothing.jsonl")
    assert faults_of(path) == [
        f"{path}: expected labelled sentences, found none; name a corpus file with articles that are not all furniture"
    ]


def test_files_whose_labels_are_frames_alone_or_stances_alone_are_fine(write: Write) -> None:
    framed = write("framed.jsonl", article("a", told("محادثات", frames=FRAMES[:1])))
    rows = write("rows.jsonl", article("a", told(russia="neutral")))
    assert len(read(framed, rows)) == 2


def test_frames_are_refused_where_the_model_knows_none(write: Write) -> None:
    path = write("test.jsonl", good())
    assert faults_of(path, frames=()) == [
        f"{path}: has frames, and the model knows none; judge a model that was trained with a frame list"
    ]
    assert read(write("rows.jsonl", article("a", told(russia="neutral"))), frames=())


def test_an_empty_actor_list_knows_every_actor(write: Write) -> None:
    path = write("open.jsonl", article("a", told(china="against usa")))
    assert read(path, actors=())
    assert len(faults_of(path)) == 1


def test_files_that_cannot_be_read_are_told_with_all_their_faults(write: Write, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "a"}\nnot json\n', encoding="utf-8")
    missing = tmp_path / "missing.jsonl"
    with pytest.raises(ZawiyaError) as raised:
        read(write("fine.jsonl", good()), broken, missing)
    for said in ("broken.jsonl", "line 1, article 'a': text: expected text", "line 2: not JSON", "missing.jsonl"):
        assert said in str(raised.value)


def test_an_unknown_stance_is_a_fault_of_the_file(write: Write, tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    line = json.loads(write("good.jsonl", good()).read_text(encoding="utf-8"))
    line["sentences"][0]["mentions"][1]["stance"] = "hostile"
    path.write_text(json.dumps(line), encoding="utf-8")
    with pytest.raises(ZawiyaError, match='stance: expected one of favor, against, neutral or null, found "hostile"'):
        read(path)


def test_labels_with_scores_look_predicted() -> None:
    plain = told(russia="neutral", frames=FRAMES[:1])
    assert not looks_predicted(gold_file(article("a", plain)))
    assert looks_predicted(gold_file(article("a", plain, scored(plain, russia=(0.1, 0.1, 0.8)))))
    assert looks_predicted(gold_file(article("a", plain, scored(plain, frames={"diplomacy": 0.3}))))


def test_furniture_with_scores_is_nobodys_label() -> None:
    furniture = replace(scored(told(russia="neutral"), russia=(0.1, 0.1, 0.8)), role="furniture")
    assert not looks_predicted(gold_file(article("a", told(usa="neutral"), furniture)))
