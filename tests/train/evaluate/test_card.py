"""Tables in a model's card: in the place of those that stand there, and nothing else of it is touched."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.errors import ZawiyaError
from zawiya.train.evaluate.card import BEGIN, END, FILE, put_into_card, with_tables
from zawiya.train.evaluate.markdown import markdown
from zawiya.train.evaluate.records import Evaluation, load, without_sentences

CARD = "# farra\n\nLabels sentences.\n\n## Limits\n\n- Some.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with a card."""
    (tmp_path / "README.md").write_text(CARD, encoding="utf-8")
    return tmp_path


def test_without_marks_the_tables_come_last(evaluation: Evaluation) -> None:
    text = with_tables(CARD, evaluation)
    assert text.startswith(CARD.rstrip())
    assert text.endswith(f"\n\n{BEGIN}\n\n## Evaluation\n\n{markdown(evaluation)}\n{END}\n")


def test_the_tables_take_the_place_of_those_between_the_marks(evaluation: Evaluation) -> None:
    card = f"# farra\n\n{BEGIN}\n\nold tables\n\n{END}\n\n## Limits\n"
    text = with_tables(card, evaluation)
    assert text.startswith(f"# farra\n\n{BEGIN}\n")
    assert text.endswith(f"{END}\n\n## Limits\n")
    assert "old tables" not in text
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_marks_with_nothing_between_them_are_filled(evaluation: Evaluation) -> None:
    assert markdown(evaluation) in with_tables(f"{BEGIN}{END}", evaluation)


def test_an_evaluation_that_is_put_in_twice_stands_once(evaluation: Evaluation) -> None:
    once = with_tables(CARD, evaluation)
    assert with_tables(once, evaluation) == once


def test_a_later_evaluation_replaces_an_earlier_one(evaluation: Evaluation) -> None:
    earlier = with_tables(CARD, replace(evaluation, notes=("an earlier note",)))
    text = with_tables(earlier, evaluation)
    assert "an earlier note" not in text
    assert text == with_tables(CARD, evaluation)


@given(st.text().filter(lambda text: BEGIN not in text), st.text().filter(lambda text: END not in text))
def test_what_stands_around_the_marks_stays(evaluation: Evaluation, before: str, after: str) -> None:
    text = with_tables(f"{before}{BEGIN}x{END}{after}", evaluation)
    assert text.startswith(f"{before}{BEGIN}")
    assert text.endswith(f"{END}{after}")


def test_where_the_second_mark_is_lost_nothing_of_the_card_is(evaluation: Evaluation) -> None:
    text = with_tables(f"# farra\n{BEGIN}\n\n## Limits\n", evaluation)
    assert text.endswith(f"{END}\n\n## Limits\n")
    assert (text.count(BEGIN), text.count(END)) == (1, 1)


def test_an_empty_card_becomes_the_tables(evaluation: Evaluation) -> None:
    assert with_tables("", evaluation).strip().startswith(BEGIN)


def test_the_numbers_lie_beside_the_card(evaluation: Evaluation, folder: Path) -> None:
    put_into_card(evaluation, folder)
    assert (folder / "README.md").read_text(encoding="utf-8") == with_tables(CARD, evaluation)
    assert load(folder / FILE) == without_sentences(evaluation)
    # the numbers of the training run, which say what the model was trained on, are another file
    assert FILE != "metrics.json"


def test_nobodys_sentences_come_into_a_models_folder(evaluation: Evaluation, folder: Path) -> None:
    sentences = {
        text
        for part in evaluation.parts
        for text in (
            *(mistake.sentence for mistake in (*part.mistakes, *part.doubts, *part.frame_mistakes)),
            *(known for shared in part.leakage.examples for known in (shared.sentence, shared.known)),
        )
    }
    assert sentences
    alone = replace(evaluation, behaviour=())
    put_into_card(alone, folder)
    for path in folder.iterdir():
        assert not any(sentence in path.read_text(encoding="utf-8") for sentence in sentences)


def test_numbers_are_kept_where_sentences_are_left_out(evaluation: Evaluation) -> None:
    bare = without_sentences(evaluation)
    for part, kept in zip(evaluation.parts, bare.parts, strict=True):
        assert kept.systems == part.systems
        assert kept.leakage.sentences == part.leakage.sentences
        assert (kept.mistakes, kept.doubts, kept.frame_mistakes, kept.leakage.examples) == ((), (), (), ())
    assert bare.behaviour == evaluation.behaviour
    assert markdown(bare) == markdown(evaluation)


def test_a_folder_without_a_card_is_said_and_left_as_it_was(evaluation: Evaluation, tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"README\.md: expected the model's card, found none.*leave --card out"):
        put_into_card(evaluation, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["README.md", FILE])
def test_a_folder_that_cannot_be_written_to_is_said(evaluation: Evaluation, folder: Path, name: str) -> None:
    if name == "README.md":
        (folder / name).write_bytes(b"\xff")
    else:
        (folder / name).mkdir()
    with pytest.raises(ZawiyaError, match="the tables could not be put into the card"):
        put_into_card(evaluation, folder)
