import json
from pathlib import Path

import pytest

from zawiya.errors import ZawiyaError
from zawiya.study.results import Results, codes

from .folders import FRAMES, article, opened, sentence, write_results

TWO = [
    article("a", sentence(("usa", "against", "russia")), sentence(role="furniture"), outlet="x", date="2022-01-11"),
    article("b", sentence(("usa", "favor", "author"), ("un", "neutral", None), frames=["legality"]), sentence()),
]


def test_tables_are_read_over_all_parts_without_their_texts_and_without_furniture(tmp_path: Path) -> None:
    results = Results.open(write_results(tmp_path / "out", TWO, run={}, parts=2))
    assert results.parts == (1, 2)
    assert results.frames == FRAMES
    assert results.article_ids == ("a", "b")
    assert len(results.sentences) == 3
    assert not {"text", "sentence", "mention"} & {*results.sentences.column_names, *results.stances.column_names}


def test_a_stance_is_in_the_outlets_own_voice_or_in_that_of_whom_it_quotes(tmp_path: Path) -> None:
    results = opened(tmp_path / "out", TWO)
    assert results.stances["voice"].to_pylist() == ["quoted", "own", None]


def test_articles_come_by_name_in_the_order_of_the_folder(tmp_path: Path) -> None:
    results = opened(tmp_path / "out", TWO)
    assert [each.id for each in results.articles()] == ["a", "b"]
    assert [each.id for each in results.articles({"b", "nobody"})] == ["b"]
    assert next(results.articles(["b"])).sentences[0].mentions[0].text == "واشنطن"


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    results = opened(tmp_path / "out", TWO)
    assert results.notes == ("Articles without outlet: 1 of 2.", "Articles without date: 1 of 2.")


def test_a_folder_that_is_still_written_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    results = Results.open(write_results(tmp_path / "out", TWO, run=None))
    assert results.article_ids == ("a", "b")
    assert "has not ended yet" in results.notes[0]


def test_an_interrupted_run_is_said(tmp_path: Path) -> None:
    results = Results.open(write_results(tmp_path / "out", TWO, run={"complete": False}))
    assert "interrupted" in results.notes[0]


def test_a_part_that_another_replaced_is_passed_over_and_left_where_it_is(tmp_path: Path) -> None:
    out = write_results(tmp_path / "out", TWO, run={}, parts=2)
    path = out / "ledger" / "000002.json"
    entry = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**entry, "replaces": 1}), encoding="utf-8")
    assert Results.open(out).parts == (2,)
    assert (out / "ledger" / "000001.json").exists()


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (None, "found no folder of that name"),
        ([], "neither results nor a run that has begun"),
        (["run.json", "articles.jsonl"], "an earlier version of zawiya"),
        (["ledger/key.json"], "found none yet"),
    ],
)
def test_a_folder_without_results_says_what_to_do(tmp_path: Path, held: list[str] | None, said: str) -> None:
    out = tmp_path / "out"
    if held is not None:
        out.mkdir()
        for name in held:
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_text("{}", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=said):
        Results.open(out)


@pytest.mark.parametrize("table", ["sentences", "stances"])
def test_a_damaged_table_is_named(tmp_path: Path, table: str) -> None:
    out = write_results(tmp_path / "out", TWO, run={})
    (out / table / "000001.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ZawiyaError, match=f"{table}/000001.parquet"):
        Results.open(out)


def test_a_damaged_line_of_the_articles_is_named(tmp_path: Path) -> None:
    results = opened(tmp_path / "out", TWO)
    (tmp_path / "out" / "articles" / "000001.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"000001\.jsonl"):
        list(results.articles())


@pytest.mark.parametrize("run", ["[]", '{"settings": null}', '{"model": "m"}', "{"])
def test_a_record_of_the_run_that_is_none_is_named(tmp_path: Path, run: str) -> None:
    out = write_results(tmp_path / "out", TWO, run={})
    (out / "run.json").write_text(run, encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"run\.json: expected a part of the results"):
        Results.open(out)


def test_a_column_is_numbers_and_what_they_stand_for(tmp_path: Path) -> None:
    numbers, values = codes(opened(tmp_path / "out", TWO).sentences, "outlet")
    assert numbers.tolist() == [0, 1, 1]
    assert values == ["x", None]
