import json

import pytest
from typer.testing import CliRunner

from tests.study.folders import article, sentence, write_results
from zawiya.__main__ import build
from zawiya.corpus import read_corpus, write_corpus
from zawiya.errors import ZawiyaError


@pytest.fixture
def out(tmp_path):
    made = [
        article(
            f"{n:02}",
            sentence(("usa", "neutral", None), frames=["economy"] if n % 2 else []),
            sentence(("russia", "against", "author")),
            sentence(role="furniture"),
            outlet="النهار" if n % 2 else "east",
            date=f"2022-{1 + n % 3:02}-01",
        )
        for n in range(40)
    ]
    return write_results(tmp_path / "out", made, run={})


def zawiya(*arguments, wide=True):
    """What a command prints."""
    done = CliRunner(env={"COLUMNS": "160" if wide else "80"}).invoke(
        build(), list(map(str, arguments)), catch_exceptions=False
    )
    assert done.exit_code == 0
    return done.output


def hand_labelled(folder):
    """A sample as if somebody had found every neutral row to be against."""
    from dataclasses import replace

    def looked_at(each):
        mentions = tuple(
            replace(m, stance="against", holder="author", scores={}, holder_score=None) for m in each.mentions
        )
        return replace(each, mentions=mentions, frame_scores={})

    articles = [a.with_sentences(tuple(map(looked_at, a.sentences))) for a in read_corpus(folder / "articles.jsonl")]
    write_corpus(folder / "labelled.jsonl", articles)
    return folder / "labelled.jsonl"


def test_stances_and_frames_are_shown_by_what_was_asked_for(out):
    said = zawiya("measure", out, "--by", "outlet,actor", "--when", "month")
    assert "النهار" in said
    assert "2022-01" in said
    assert "100 (57–100)" in said or "100 (" in said
    assert "Not corrected: these are the model's own counts." in " ".join(said.split())


def test_every_figure_can_be_written(out, tmp_path):
    said = zawiya(
        "measure", out, "--of", "stances,voices,holders,frames", "--by", "actor", "--to", tmp_path / "f.jsonl"
    )
    rows = [json.loads(line) for line in (tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["kind"] for row in rows} == {"stance", "holder", "frame"}
    assert f"{len(rows)} figures are in" in said


def test_from_a_sample_to_corrected_figures(out, tmp_path):
    said = zawiya("sample", out, "--to", tmp_path / "sample", "--n", 60)
    assert "60 sentences of" in said
    gold = hand_labelled(tmp_path / "sample")
    said = " ".join(zawiya("measure", out, "--by", "actor", "--gold", gold).split())
    assert "100*" in said
    assert "60 sentences are labelled by people." in said
    assert "The others" not in said


def test_narrow_terminals_show_fewer_labels_and_say_so(out):
    assert "more labels: --to FILE writes all of them" in zawiya(
        "measure", out, "--of", "voices", "--by", "outlet,actor", wide=False
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--of", "moods"], "--of: expected some of stances"),
        (["--of", ""], "found nothing"),
        (["--by", "mood"], "found 'mood'"),
        (["--when", "decade"], "--when: expected day, week, month, year, found 'decade'"),
        (["--to", "figures.xlsx"], "found '.xlsx'"),
        (["--gold", "none.jsonl", "--uniform"], "none.jsonl"),
        (["--design", "design.json"], "expected --gold besides"),
        (["--uniform"], "expected --gold besides"),
        (["--against", "old", "--by", "outlet", "--to", "f.csv"], "--against: .* found --by, --to;"),
    ],
)
def test_wrong_use_is_named(out, arguments, said):
    with pytest.raises(ZawiyaError, match=said):
        zawiya("measure", out, *arguments)


def test_periods_need_dates(tmp_path):
    bare = write_results(tmp_path / "bare", [article("a", sentence(("un", "favor", "author")))], run={})
    with pytest.raises(ZawiyaError, match="found none that has one; leave --when out"):
        zawiya("measure", bare, "--when", "month")


def test_names_of_outlets_are_neither_markup_nor_turn_the_line(tmp_path):
    row = sentence(("usa", "against", "author"))
    made = [article("a", row, outlet="[/b]"), article("b", row, outlet="\u202ex"), article("c", row)]
    out = write_results(tmp_path / "out", made, run={})
    said = zawiya("sample", out, "--to", tmp_path / "s", "--n", 3, "--by", "outlet")
    assert [line.split("  ")[0] for line in said.splitlines()[1:4]] == [
        "takes a stance, [/b]",
        "takes a stance, ?x",
        "takes a stance, unknown",
    ]


def test_a_way_that_is_none_is_named(out, tmp_path):
    with pytest.raises(ZawiyaError, match="--way: expected stratified, uncertain, uniform, found 'all'"):
        zawiya("sample", out, "--to", tmp_path / "s", "--way", "all")


def test_two_runs_are_compared(out):
    assert zawiya("measure", out, "--against", out)
