"""Cases as they are written: marks become mentions, labels are checked, and every fault is told at once."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Mention
from zawiya.train.evaluate.behaviour.cases import Case, Checklist, read_checklist

ACTORS = frozenset({"russia", "usa", "iran"})
FRAMES = frozenset({"interference", "diplomacy"})
#: Moscow condemned Washington's interference.
PLAIN = {"text": "[موسكو](russia) أدانت تدخل [واشنطن](usa).", "expect": {"russia": "neutral", "usa": "against russia"}}


def write_file(path: Path, values: object) -> None:
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")


def write(folder: Path, *cases: dict[str, Any], file: str = "statements.yaml", **head: Any) -> Path:
    """A file of cases in a folder, which is given back."""
    values = {"version": 1, "name": "plain", "about": "Plain ones.", "checks": ["stance"], "cases": list(cases)}
    write_file(folder / file, values | head)
    return folder


def read(folder: Path, *, actors: frozenset[str] = ACTORS) -> Checklist:
    return read_checklist(folder, actors=actors, frames=FRAMES)


def only(folder: Path, **case: Any) -> Case:
    """The one case of a folder, read."""
    [found] = read(write(folder, case)).cases()
    return found


def faults(folder: Path, **case: Any) -> tuple[str, ...]:
    """What is wrong with a case that is the plain one with changes."""
    with pytest.raises(FaultsError) as caught:
        read(write(folder, PLAIN | case))
    return caught.value.faults


def test_marks_are_taken_out_and_stand_as_mentions(tmp_path: Path) -> None:
    sentence = only(tmp_path, **PLAIN).plain.sentence
    assert sentence.text == "موسكو أدانت تدخل واشنطن."
    assert sentence.mentions == (
        Mention("russia", 0, 5, "موسكو", "neutral", None),
        Mention("usa", 17, 23, "واشنطن", "against", "russia"),
    )
    assert (sentence.start, sentence.end) == (0, len(sentence.text))


def test_clitics_stand_outside_a_mark(tmp_path: Path) -> None:
    sentence = only(tmp_path, text="محادثات ب[موسكو](russia)", expect={"russia": "neutral"}).plain.sentence
    assert sentence.text == "محادثات بموسكو"
    [mention] = sentence.mentions
    assert sentence.text[mention.start : mention.end] == mention.text == "موسكو"


def test_the_author_and_another_hold_a_stance_as_actors_do(tmp_path: Path) -> None:
    for holder in ("author", "other", "russia"):
        sentence = only(tmp_path, text="[موسكو](russia)", expect={"russia": f"favor {holder}"}).plain.sentence
        assert [(m.stance, m.holder) for m in sentence.mentions] == [("favor", holder)]


def test_a_holder_whom_the_sentence_does_not_name_is_a_fault(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, expect=PLAIN["expect"] | {"usa": "against iran"})
    assert fault.endswith("usa: holder 'iran' is not marked, so no model can name it; mark it, or write `other`")


def test_a_sentence_may_name_nobody(tmp_path: Path) -> None:
    case = only(tmp_path, text="محادثات [بلا نهاية]", expect={}, frames=["diplomacy"], without=["interference"])
    assert case.plain.sentence.mentions == ()
    # brackets that mark nothing are text
    assert case.plain.sentence.text == "محادثات [بلا نهاية]"
    assert (case.plain.frames, case.plain.without) == (("diplomacy",), ("interference",))


def test_a_case_without_a_variant_is_alone(tmp_path: Path) -> None:
    case = only(tmp_path, **PLAIN)
    assert case.variant is None
    assert not case.stays


def test_a_variant_with_labels_of_its_own_is_a_contrast(tmp_path: Path) -> None:
    case = only(
        tmp_path,
        **PLAIN,
        variant="[واشنطن](usa) أدانت تدخل [موسكو](russia).",
        then={"usa": "neutral", "russia": "against usa"},
        then_frames=["interference"],
        then_without=["diplomacy"],
    )
    assert case.variant is not None
    assert not case.stays
    assert [(m.actor, m.stance) for m in case.variant.sentence.mentions] == [("usa", "neutral"), ("russia", "against")]
    assert (case.variant.frames, case.variant.without) == (("interference",), ("diplomacy",))


def test_a_variant_without_labels_must_stay_as_it_was(tmp_path: Path) -> None:
    case = only(tmp_path, **PLAIN, variant="تدخل [واشنطن](usa) أدانته [موسكو](russia).")
    assert case.variant is not None
    assert case.stays
    # labels follow their actors, wherever they stand
    assert [(m.actor, m.stance) for m in case.variant.sentence.mentions] == [("usa", "against"), ("russia", "neutral")]


def test_labels_that_are_empty_on_purpose_are_a_contrast_too(tmp_path: Path) -> None:
    case = only(tmp_path, text="تدخل", expect={}, frames=["interference"], variant="محادثات", then={})
    assert not case.stays


def test_files_are_read_by_name_with_what_they_say_about_themselves(tmp_path: Path) -> None:
    write(tmp_path, PLAIN, PLAIN, file="b.yaml", name="second", about="Two.", checks=["frames"])
    write(tmp_path, PLAIN, file="a.yaml", name="first", about="One.", checks=["stance", "holder"])
    (tmp_path / "README.md").write_text("no cases", encoding="utf-8")
    checklist = read(tmp_path)
    assert [(s.name, s.about, s.checks, len(s.cases)) for s in checklist.sets] == [
        ("first", "One.", ("stance", "holder"), 1),
        ("second", "Two.", ("frames",), 2),
    ]
    assert len(list(checklist.cases())) == 3
    assert (checklist.groups, checklist.fillers) == ((), ())


def test_names_and_fillers_have_files_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, PLAIN)
    group = {"about": "capitals", "names": {"موسكو": "russia", "طهران": "iran"}, "invented": ["زلماطة"]}
    write_file(tmp_path / "names.yaml", {"version": 1, "groups": [group]})
    write_file(tmp_path / "fillers.yaml", {"version": 1, "fillers": ["أمطار خفيفة."]})
    checklist = read(tmp_path)
    assert len(checklist.sets) == 1
    assert [(g.about, g.names, g.invented) for g in checklist.groups] == [
        ("capitals", {"موسكو": "russia", "طهران": "iran"}, ("زلماطة",))
    ]
    assert checklist.fillers == ("أمطار خفيفة.",)


@pytest.mark.parametrize("name", ["absent", "empty", "file.yaml"])
def test_what_is_no_folder_of_cases_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.yaml").write_text("version: 1", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=rf"{name}: expected a folder of behaviour tests \(\*\.yaml\), found none"):
        read(tmp_path / name)


def test_an_actor_that_is_not_marked_or_not_labelled_is_a_fault(tmp_path: Path) -> None:
    for expect in ({"russia": "neutral"}, {"russia": "neutral", "usa": "neutral", "iran": "neutral"}):
        [fault] = faults(tmp_path, expect=expect)
        assert fault == (
            "statements.yaml, case 1: expected a label for each actor marked once, "
            f"found marks ['russia', 'usa'] and labels {sorted(expect)}"
        )


def test_an_actor_marked_twice_is_a_fault(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, text="[موسكو](russia) و[روسيا](russia)", expect={"russia": "neutral"})
    assert "marked once, found marks ['russia', 'russia']" in fault


@pytest.mark.parametrize(
    "label",
    ["", "  ", "positive", "neutral author", "favor", "against", "against russia usa", "Neutral", "favor,author"],
)
def test_a_label_that_cannot_be_read_is_a_fault(tmp_path: Path, label: str) -> None:
    [fault] = faults(tmp_path, expect=PLAIN["expect"] | {"usa": label})
    assert fault.endswith(f"usa: expected neutral, `favor HOLDER` or `against HOLDER`, found {label!r}")


@pytest.mark.parametrize("text", ["[موسكو](russia", "[موسكو](رو سيا)", "[](russia)", "[موسكو]()"])
def test_a_mark_that_cannot_be_read_is_a_fault_and_not_text(tmp_path: Path, text: str) -> None:
    [fault] = faults(tmp_path, text=text, expect={})
    assert fault.endswith("has a mark that cannot be read; write [surface](actor_id)")


def test_labels_of_a_variant_without_a_variant_are_a_fault(tmp_path: Path) -> None:
    [fault] = faults(tmp_path, then=PLAIN["expect"])
    assert fault.endswith("has `then` and no `variant`; write the changed sentence")


@pytest.mark.parametrize("more", [{}, {"variant": PLAIN["text"]}])
def test_frames_of_a_variant_that_nothing_would_look_at_are_a_fault(tmp_path: Path, more: dict) -> None:
    [fault] = faults(tmp_path, then_frames=["diplomacy"], **more)
    assert "has `then_frames` or `then_without` and no `then`" in fault


def test_a_variant_that_names_whom_its_labels_leave_out_is_a_fault(tmp_path: Path) -> None:
    # labels that are empty on purpose are not those of the plain sentence
    [fault] = faults(tmp_path, variant=PLAIN["text"], then={})
    assert fault.endswith("found marks ['russia', 'usa'] and labels []")


def test_an_open_set_of_actors_knows_every_name(tmp_path: Path) -> None:
    case = PLAIN | {"text": "[كوكب](mars)", "expect": {"mars": "favor mars"}}
    [found] = read(write(tmp_path, case), actors=frozenset()).cases()
    assert found.plain.sentence.mentions[0].holder == "mars"


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    hostile = {
        "text": "[موسكو](russia) و[المريخ](mars)",
        "expect": {"russia": "gut", "mars": "against venus"},
        "frames": ["weather"],
        "without": ["sport"],
        "then": {},
    }
    write(tmp_path, PLAIN, hostile, file="a.yaml")
    write(tmp_path, {"text": "x", "expect": {}, "tekst": "y"}, file="b.yaml", checks=["truth"])
    (tmp_path / "c.yaml").write_text("cases: [", encoding="utf-8")
    write_file(tmp_path / "names.yaml", {"version": 1, "groups": [{"about": "x", "names": {"بلوتو": "pluto"}}]})
    write_file(tmp_path / "fillers.yaml", {"version": 2, "fillers": []})
    with pytest.raises(FaultsError) as caught:
        read(tmp_path)
    assert caught.value.source == str(tmp_path)
    told = "\n".join(caught.value.faults)
    for part in (
        "a.yaml, case 2: russia: expected neutral",
        "a.yaml, case 2: actor 'mars' is not in the actor list",
        "a.yaml, case 2: mars: holder 'venus' is not marked",
        "a.yaml, case 2: frame 'weather' is not one of the model's",
        "a.yaml, case 2: frame 'sport' is not one of the model's",
        "a.yaml, case 2: has `then` and no `variant`",
        "b.yaml: `checks.0`",
        "b.yaml: `cases.0.tekst`: unknown key; did you mean `text`?",
        "c.yaml: is not valid YAML",
        "names.yaml: «بلوتو»: actor 'pluto' is not in the actor list",
        "fillers.yaml: `version`",
    ):
        assert part in told
    assert len(caught.value.faults) == 11


@pytest.mark.parametrize("checks", [[], ["truth"]])
def test_a_file_that_looks_at_nothing_is_a_fault(tmp_path: Path, checks: list[str]) -> None:
    with pytest.raises(FaultsError, match=r"statements\.yaml: `checks"):
        read(write(tmp_path, PLAIN, checks=checks))
