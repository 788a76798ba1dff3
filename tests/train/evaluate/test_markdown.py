"""Tables and sentences for a README, a card and a terminal."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.train.evaluate.markdown import COLUMNS, behaviour_table, comparison_lines, markdown, system_table, written
from zawiya.train.evaluate.records import (
    BehaviourTest,
    Comparison,
    Difference,
    Estimate,
    Evaluation,
    McNemar,
    Reliability,
    System,
)


def cells(line: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def system(name: str = "farra", kind: str = "model", **scores: Estimate) -> System:
    return System(name, kind, 1, {name.replace("__", "."): score for name, score in scores.items()})


def counted(**changes: object) -> BehaviourTest:
    plain = BehaviourTest("negation", "x", "contrast", 42, 21, Estimate(0.5, 0.3554, 0.6446), None, 0.024, ())
    return replace(plain, **changes)


def differing(score: str, verdict: str) -> Difference:
    return Difference(score, "a", "b", 0.1, 0.0, 0.2, verdict)


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (Estimate(0.6114, 0.5721, 0.6503), ".611 (.57–.65)"),
        (Estimate(1.0, 1.0, 1.0), "1.000 (1.00–1.00)"),
        (Estimate(0.0, 0.0, 0.04), ".000 (.00–.04)"),
        (Estimate(0.9996, 0.996, 1.0), "1.000 (1.00–1.00)"),
        (Estimate(0.5), ".500"),
        (Estimate(0.5, 0.4, None), ".500"),
        (Estimate(None), "–"),
        (None, "–"),
    ],
)
def test_a_score_is_written_with_its_interval_where_it_has_one(estimate: Estimate | None, shown: str) -> None:
    assert written(estimate) == shown


@given(st.floats(0, 1))
def test_what_is_written_is_the_score(value: float) -> None:
    assert abs(float(written(Estimate(value))) - value) <= 0.0005 + 1e-9


def test_the_table_has_a_row_a_system_and_a_column_a_score() -> None:
    lines = system_table([system(stance__macro_f1=Estimate(0.7, 0.6, 0.8)), system("majority", "majority")])
    header, rule, model, majority = map(cells, lines)
    assert header == ["", *(name for name, _ in COLUMNS)]
    assert rule == ["---"] * len(header)
    assert model == ["**farra**", ".700 (.60–.80)", *["–"] * 6]
    assert majority == ["majority", *["–"] * 7]


def test_each_column_shows_its_own_score() -> None:
    scores = {name: Estimate(number / 10) for number, (_, name) in enumerate(COLUMNS, start=1)}
    [*_, row] = system_table([System("x", "tfidf", 1, scores)])
    assert cells(row) == ["x", *(f".{number}00" for number in range(1, 8))]


def test_a_name_does_not_break_the_table() -> None:
    lines = system_table([system("a | b\n| c |")])
    assert len(lines) == 3
    assert cells(lines[-1])[0] == "**a \\| b \\| c \\|**"
    assert len(cells(lines[-1])) == len(cells(lines[0]))
    [*_, row] = behaviour_table([counted(name="x|y\nz")])
    assert len(cells(row)) == 6


def test_the_checklist_is_written_in_percent() -> None:
    header, _, row = behaviour_table([counted(kind="invariance", frames_moved=0.125)])
    assert cells(header) == ["test", "kind", "cases", "failure rate", "frames moved", "an actor not found"]
    assert cells(row) == ["negation", "invariance", "42", "50% (36%–64%)", "12%", "2%"]


def test_what_a_test_does_not_count_is_a_dash() -> None:
    [*_, row] = behaviour_table([counted(rate=Estimate(None), unfound=None)])
    assert cells(row)[3:] == ["–", "–", "–"]


def test_a_comparison_is_lines_of_one_width_and_a_test() -> None:
    found = Comparison(
        "corpus/test",
        (differing("stance.macro_f1", "b is better"), differing("triple.f1", "no difference shown")),
        McNemar(3, 12, 0.035156),
    )
    assert comparison_lines(found) == [
        "corpus/test",
        "  stance.macro_f1  b is better",
        "  triple.f1        no difference shown",
        "  McNemar on stances: only a right in 3 rows, only b right in 12, p = 0.035 (rows taken as independent)",
    ]


def test_a_tiny_probability_is_not_written_as_none() -> None:
    found = Comparison("x", (differing("triple.f1", "b"),), McNemar(0, 30, 0.0))
    assert "p < 0.001" in comparison_lines(found)[-1]
    assert len(comparison_lines(replace(found, mcnemar=None))) == 2


def test_each_file_has_its_heading_table_and_sayings(evaluation: Evaluation) -> None:
    [part] = evaluation.parts
    other = replace(part, name="other", warnings=())
    text = markdown(replace(evaluation, parts=(part, other), behaviour=()))
    first, second = text.split("**other**")
    for said in (first, second):
        assert f"{part.articles} articles, {part.sentences} sentences, {part.rows} actor rows" in said
        assert said.count("\n| ") - 1 == len(part.systems)
        for comparison in part.comparisons:
            assert comparison.differences[0].verdict in said
        for name in part.weakest:
            assert name in said
    assert all(f"- {warning}\n" in first for warning in part.warnings)
    assert not any(warning in second for warning in part.warnings)


def test_a_table_stands_between_empty_lines(evaluation: Evaluation) -> None:
    lines = markdown(evaluation).splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|---"):
            assert lines[number - 2] == ""
    for first, second in pairwise(lines):
        if first.startswith("|") and not second.startswith("|"):
            assert second == ""


def test_calibration_is_that_after_scaling(evaluation: Evaluation) -> None:
    [part] = evaluation.parts
    made = tuple(
        Reliability("stance", stage, 9, Estimate(ece), Estimate(0.1), ())
        for stage, ece in (("before", 0.3), ("after", 0.02))
    )
    text = markdown(replace(evaluation, parts=(replace(part, calibration=made),)))
    assert "calibration error: stance .020\n" in text
    assert "calibration" not in markdown(replace(evaluation, parts=(replace(part, calibration=()),)))


def test_the_checklist_and_the_notes_come_last(evaluation: Evaluation) -> None:
    text = markdown(evaluation)
    assert text.index("Behaviour checklist") > text.index(evaluation.parts[-1].name)
    assert all(test.name in text for test in evaluation.behaviour)
    assert all(f"Note: {note}." in text for note in evaluation.notes)
    assert text.endswith(f"Note: {evaluation.notes[-1]}.\n")


def test_an_evaluation_of_nothing_is_an_empty_line(evaluation: Evaluation) -> None:
    assert markdown(replace(evaluation, parts=(), behaviour=(), notes=())) == "\n"
    assert "Behaviour" not in markdown(replace(evaluation, behaviour=()))


def test_no_sentence_of_the_evaluated_files_is_quoted(evaluation: Evaluation) -> None:
    # the tables go into cards, and the text may be someone else's
    sentences = [mistake.sentence for part in evaluation.parts for mistake in part.mistakes]
    assert sentences
    assert not any(sentence in markdown(evaluation) for sentence in sentences)
