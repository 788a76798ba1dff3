"""Label Studio: what it is given, and what its exports hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Mention
from zawiya.study.annotate import studio
from zawiya.study.annotate.changes import changes
from zawiya.study.annotate.labels import Label, Labels
from zawiya.study.annotate.records import sentences_of
from zawiya.study.annotate.studio_import import read_studio

from .worlds import LABELS, NAMES, article, articles, sentence

KNOWN = sentences_of(articles())
Save = Callable[[list[dict[str, Any]]], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def save(tasks: list[dict[str, Any]]) -> Path:
        (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
        return tmp_path / "export.json"

    return save


def annotated(article: Article, *, by: object = 1, number: int = 0, **more: Any) -> dict[str, Any]:
    """A task of the article with one annotation, its labels as they are."""
    task = list(studio.tasks([article]))[number]
    result = task["predictions"][0]["result"]
    return {"id": 7, "data": task["data"], "annotations": [{"completed_by": by, "result": result, **more}]}


def values(task: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [item["value"] for item in task["annotations"][0]["result"] if item["from_name"] == name]


# What it is given


def test_a_task_is_a_sentence_with_the_text_around_it() -> None:
    first, second, *_ = studio.tasks(articles()[1:])
    assert first["data"]["text"] == "أنقرة تستضيف محادثات"
    assert first["data"]["before"] == ""
    assert second["data"]["before"].endswith("اقرأ أيضا")
    assert second["data"]["after"].startswith("- ولم يصدر تعليق بعد.")


def test_furniture_is_no_task() -> None:
    assert [task["data"]["text"] for task in studio.tasks(articles())].count("اقرأ أيضا") == 0
    assert len(list(studio.tasks(articles()))) == 5


def test_regions_are_code_points_of_the_sentence() -> None:
    for task in studio.tasks(articles()):
        for item in task["predictions"][0]["result"]:
            value = item["value"]
            if "start" in value:
                assert task["data"]["text"][value["start"] : value["end"]] == value["text"]


def test_the_least_sure_stance_is_the_score_of_the_task() -> None:
    one = sentence("موسكو وواشنطن", russia="neutral", usa="neutral", scores=True)
    unsure = replace(one.mentions[0], scores={"neutral": 0.4})
    (task,) = studio.tasks([article("a", replace(one, mentions=(unsure, one.mentions[1])))])
    assert task["predictions"][0]["score"] == 0.4


def test_the_interface_offers_the_ids_of_the_lists() -> None:
    root = ElementTree.fromstring(studio.interface(LABELS))
    offered = {
        tag.attrib["name"]: [child.attrib["alias"] for child in tag]
        for tag in root.iter()
        if tag.tag in {"Labels", "Taxonomy", "Choices"}
    }
    assert offered == {
        "stance": ["favor", "against", "neutral", "open"],
        "actor": ["russia", "usa", "turkey", "iran"],
        "holder": ["author", "other", "russia", "usa", "turkey", "iran"],
        "frames": ["interference", "destabilisation", "diplomacy"],
    }


def test_names_that_would_break_the_interface_are_escaped() -> None:
    name = "<b>\"'&\n\t]]>"
    root = ElementTree.fromstring(studio.interface(Labels((Label(name, name, ""),), ())))
    (choice,) = [tag for tag in root.iter("Choice") if tag.attrib["alias"] == name][:1]
    assert choice.attrib["value"] == name


def test_a_name_that_xml_cannot_hold_is_refused() -> None:
    with pytest.raises(FaultsError, match="control characters"):
        studio.interface(Labels((Label("a\x00b", "a", ""),), ()))


def test_targets_that_the_sentence_does_not_name_have_a_text_of_their_own() -> None:
    one = sentence("محادثات")
    target = Mention("iran", one.end, one.end, "طهران", "favor", "author")
    (task,) = studio.tasks([article("a", replace(one, mentions=(target,)))])
    assert task["data"]["targets"] == "طهران"
    assert {item["to_name"] for item in task["predictions"][0]["result"]} == {"targets"}
    assert 'name="targets"' in studio.interface(LABELS, targets=True)
    assert 'name="targets"' not in studio.interface(LABELS)


def test_label_studios_own_package_takes_interface_tasks_and_predictions() -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface
    checked = interface(studio.interface(LABELS, targets=True))
    checked.validate()
    for task in studio.tasks(articles()):
        assert checked.validate_task({"data": task["data"]})
        assert not checked.validate_prediction(task["predictions"][0], return_errors=True)


# What its exports hold


@pytest.mark.parametrize(("name", "skipped"), [("label_studio.json", 1), ("label_studio_min.json", 0)])
def test_an_export_of_label_studio_is_read(files: Path, name: str, skipped: int) -> None:
    first, second = read_studio(files / name, KNOWN, LABELS)
    assert (first.annotator, second.annotator) == ("1", "2")
    assert [(c.kind, c.about, c.before, c.after) for c in changes(KNOWN, first.sentences)] == [
        ("mention added", "iran", "", "«الفوضى» favor author"),
        ("stance", "turkey", "favor author", "neutral"),
    ]
    assert [(c.kind, c.about, c.before, c.after) for c in changes(KNOWN, second.sentences)] == [
        ("frame added", "", "", "interference"),
        ("stance", "turkey", "favor iran", "neutral"),
        ("mention removed", "iran", "«طهران» neutral", ""),
    ]
    # JSON-MIN does not say what was skipped
    assert (len(first.sentences), len(second.sentences), second.skipped) == (2, 3, skipped)
    assert first.notes == ("1 tasks were annotated more than once; the latest annotation counts",)


def test_a_name_that_was_marked_in_the_browser_stands_where_its_words_do(files: Path) -> None:
    first, _ = read_studio(files / "label_studio.json", KNOWN, LABELS)
    found = first.sentences["2022-03-01", 0, 62]
    (added,) = [m for m in found.mentions if m.actor == "iran"]
    assert found.text[added.start : added.end] == added.text == "الفوضى"
    assert found.text[: added.start].count("😀") == 1


def test_offsets_of_old_versions_are_told_by_their_words(save: Save) -> None:
    task = annotated(articles()[0])
    for item in task["annotations"][0]["result"]:
        value, text = item["value"], task["data"]["text"]
        if "start" in value:
            value["start"], value["end"] = (
                len(text[: value[end]].encode("utf-16-le")) // 2 for end in ("start", "end")
            )
    assert values(task, "stance")[0]["start"] == 9
    (answers,) = read_studio(save([task]), KNOWN, LABELS)
    assert changes(KNOWN, answers.sentences) == ()


def test_white_space_around_a_region_is_no_part_of_the_name(save: Save) -> None:
    task = annotated(articles()[0])
    for value in (v for name in ("stance", "actor") for v in values(task, name)[:1]):
        value["start"], value["end"] = value["start"] - 1, value["end"] + 1
        value["text"] = f" {value['text']} "
    (answers,) = read_studio(save([task]), KNOWN, LABELS)
    assert changes(KNOWN, answers.sentences) == ()


def test_each_annotator_has_answers_of_their_own(save: Save) -> None:
    tasks = [annotated(articles()[0], by={"id": 3, "email": "rima@example.org"}), annotated(articles()[1], by=4)]
    assert [(a.annotator, len(a.sentences)) for a in read_studio(save(tasks), KNOWN, LABELS)] == [("3", 1), ("4", 1)]


def test_tasks_that_were_skipped_or_not_submitted_are_not_finished(save: Save) -> None:
    skipped = annotated(articles()[0], was_cancelled=True)
    waiting = annotated(articles()[1]) | {"annotations": []}
    (answers,) = read_studio(save([skipped, waiting]), KNOWN, LABELS)
    assert (dict(answers.sentences), answers.skipped) == ({}, 1)


def test_a_name_whose_stance_is_undecided_leaves_its_sentence_out(save: Save) -> None:
    task = annotated(articles()[0])
    values(task, "stance")[0]["labels"] = ["open"]
    (answers,) = read_studio(save([task]), KNOWN, LABELS)
    assert not answers.sentences
    assert answers.notes == ("1 sentences have a name whose stance is still undecided; they are left out",)


def test_the_holder_of_a_stance_that_became_neutral_goes(save: Save) -> None:
    task = annotated(articles()[0])
    values(task, "stance")[1]["labels"] = ["neutral"]
    (answers,) = read_studio(save([task]), KNOWN, LABELS)
    (usa,) = [m for s in answers.sentences.values() for m in s.mentions if m.actor == "usa"]
    assert (usa.stance, usa.holder) == ("neutral", None)


def test_all_faults_of_an_export_are_told_at_once(save: Save) -> None:
    wrong = annotated(articles()[0])
    values(wrong, "actor")[0]["taxonomy"] = [["rusia"]]
    values(wrong, "stance")[1]["labels"] = ["favor", "against"]
    values(wrong, "stance")[2]["text"] = "طهران"
    values(wrong, "frames")[0]["choices"].append("diplomcy")
    foreign = annotated(article("other", sentence("موسكو")))
    with pytest.raises(FaultsError) as error:
        read_studio(save([wrong, foreign]), KNOWN, LABELS)
    told = "\n".join(error.value.faults)
    assert "task 7 (2022-03-01, 0–62), annotator 1" in told
    for part in (
        "found 'rusia'; did you mean russia",
        "expected one stance, found favor and against",
        "expected a span of the sentence that holds these words",
        "found 'diplomcy'; did you mean diplomacy",
        "expected a sentence of the articles, found 'other'",
    ):
        assert part in told
    assert len(error.value.faults) == 5


def test_a_region_without_an_actor_is_a_fault(save: Save) -> None:
    task = annotated(articles()[0])
    result = task["annotations"][0]["result"]
    result[:] = [item for item in result if item["from_name"] != "actor" or item["id"] != "m0"]
    with pytest.raises(FaultsError, match=f"«{NAMES['russia']}»: has no actor"):
        read_studio(save([task]), KNOWN, LABELS)


def test_a_text_that_is_another_by_now_is_a_fault(save: Save) -> None:
    task = annotated(articles()[0])
    task["data"]["text"] = "شيء آخر"
    with pytest.raises(FaultsError, match="is not that of the articles"):
        read_studio(save([task]), KNOWN, LABELS)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 70)
    | st.text(max_size=3)
    | st.sampled_from(["stance", "text", "labels"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["value", "start", "end", "text", "labels", "taxonomy", "choices", "from_name", "to_name", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    annotations=st.one_of(ANYTHING, st.lists(st.fixed_dictionaries({"result": ANYTHING}), max_size=2)),
    item=st.fixed_dictionaries(
        {
            "id": ANYTHING,
            "to_name": ANYTHING,
            "value": ANYTHING,
            "from_name": st.sampled_from(["stance", "actor", "frames"]),
        }
    ),
)
def test_whatever_an_export_holds_it_is_read_or_its_faults_are_told(annotations: Any, item: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        for given_annotations in (annotations, [{"result": [item]}]):
            task = annotated(articles()[0]) | {"annotations": given_annotations}
            path.write_text(json.dumps([task, item]), encoding="utf-8")
            with pytest.raises(FaultsError):
                read_studio(path, KNOWN, LABELS)


@pytest.mark.parametrize("content", ["{", "{}", "[1]", "\ufeff"])
def test_what_is_no_export_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(ZawiyaError, match="export as JSON"):
        read_studio(tmp_path / "x.json", KNOWN, LABELS)
