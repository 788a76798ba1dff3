from dataclasses import replace

import numpy as np
import pytest

from tests.study.folders import article, opened, sentence
from zawiya.errors import ZawiyaError
from zawiya.study.measure.figures import FEWEST_LABELLED, frames, holders, stances
from zawiya.study.measure.gold import read_gold
from zawiya.study.measure.units import Units


@pytest.fixture
def results(tmp_path):
    return opened(
        tmp_path / "out",
        [
            article(
                "a",
                sentence(("usa", "against", "russia"), ("un", "neutral", None), frames=["legality"]),
                sentence(("usa", "favor", "author")),
                sentence(),
                outlet="first",
                date="2022-01-31",
            ),
            article("b", sentence(("usa", "against", "author"), frames=["economy"]), outlet="first", date="2022-02-01"),
            article("c", sentence(("usa", "neutral", None)), outlet="second"),
        ],
    )


def found(figures, **group):
    """The figures of one group, by label: share, count, rows."""
    return {f.label: (round(f.share, 3), f.count, f.rows) for f in figures if f.group == group}


def test_stances_are_shares_of_the_rows_of_an_actor(results):
    assert found(stances(results, ("actor",)), actor="usa") == {
        "favor": (0.25, 1, 4),
        "against": (0.5, 2, 4),
        "neutral": (0.25, 1, 4),
        "net": (-0.25, -1, 4),
    }


def test_groups_are_made_by_any_columns_and_the_largest_comes_first(results):
    figures = stances(results, ("outlet", "actor"))
    assert figures[0].group == {"outlet": "first", "actor": "usa"}
    assert list({tuple(f.group.values()) for f in figures}) != []
    assert found(figures, outlet="second", actor="usa")["neutral"] == (1, 1, 1)
    assert {f.group["actor_kind"] for f in stances(results, ("actor_kind",))} == {"state", "organisation"}


def test_without_columns_there_is_one_group(results):
    assert found(stances(results, ()))["neutral"] == (0.4, 2, 5)


def test_periods_and_what_has_no_date(results):
    figures = stances(results, ("actor",), "month")
    assert {f.group["month"] for f in figures if f.group["actor"] == "usa"} == {"2022-01", "2022-02", None}


def test_voices_tell_the_outlets_words_from_what_it_quotes(results):
    assert found(stances(results, ("actor",), voice=True), actor="usa") == {
        "favor own": (0.25, 1, 4),
        "favor quoted": (0, 0, 4),
        "against own": (0.25, 1, 4),
        "against quoted": (0.25, 1, 4),
    }


def test_holders_are_shares_of_all_rows_toward_the_actor(results):
    assert found(holders(results, ("actor",)), actor="usa") == {
        "russia against": (0.25, 1, 4),
        "author favor": (0.25, 1, 4),
        "author against": (0.25, 1, 4),
    }
    assert found(holders(results, ("actor",)), actor="un") == {}


def test_frames_are_shares_of_sentences_or_of_those_that_name_an_actor(results):
    assert found(frames(results, ("outlet",)), outlet="first") == {"legality": (0.25, 1, 4), "economy": (0.25, 1, 4)}
    assert found(frames(results, ("actor",)), actor="un") == {"legality": (1, 1, 1), "economy": (0, 0, 1)}


def test_one_article_has_no_interval(results):
    assert [(f.low, f.high) for f in stances(results, ("outlet",)) if f.group["outlet"] == "second"] == [
        (None, None)
    ] * 4
    assert all(f.low <= f.share <= f.high for f in stances(results, ("outlet",)) if f.group["outlet"] == "first")


def test_unknown_columns_are_named(results):
    with pytest.raises(ZawiyaError, match="found 'colour'; take some of outlet, role"):
        stances(results, ("colour",))


def test_a_folder_without_actors_has_frames_and_no_stances(tmp_path):
    results = opened(tmp_path / "bare", [article("a", sentence(frames=["economy"])), article("b", sentence())])
    assert stances(results) == []
    assert holders(results) == []
    assert found(frames(results, ()))["economy"] == (0.5, 1, 2)


def test_stances_of_a_group_add_up_to_one(results):
    for by in ((), ("outlet",), ("actor",), ("outlet", "actor")):
        shares: dict[tuple, float] = {}
        for f in stances(results, by):
            if f.label != "net":
                shares[tuple(f.group.values())] = shares.get(tuple(f.group.values()), 0) + f.share
        assert shares
        assert all(total == pytest.approx(1) for total in shares.values())


@pytest.fixture
def much(tmp_path):
    """The model calls every row neutral; two of three are against, as people see."""
    made = [article(f"{n:03}", sentence(("usa", "neutral", None)), outlet="first") for n in range(90)]
    made += [article(f"x{n:03}", sentence(("un", "neutral", None)), outlet="second") for n in range(5)]
    return opened(tmp_path / "much", made)


def labelled(folder, count, step=1):
    """What people say of some of the sentences."""
    from zawiya.corpus import write_corpus

    path = folder / "gold.jsonl"
    made = [
        article(
            f"{n:03}", sentence(("usa", "against" if n % 3 else "favor", "author"), frames=["economy"], scored=False)
        )
        for n in range(0, count * step, step)
    ]
    write_corpus(path, made)
    return path


def test_labels_correct_the_groups_that_have_enough_of_them(much, tmp_path):
    units = Units.of(much)
    gold = read_gold(labelled(tmp_path, 60), units, uniform=True)
    figures = stances(units, ("outlet", "actor"), gold=gold)
    usa = {f.label: f for f in figures if f.group["actor"] == "usa"}
    assert {f.method for f in usa.values()} == {"corrected"}
    assert usa["against"].counted == 0
    assert usa["against"].share == pytest.approx(2 / 3, abs=0.02)
    assert usa["against"].low < 2 / 3 < usa["against"].high
    assert usa["net"].share == pytest.approx(-1 / 3, abs=0.03)
    assert usa["against"].labelled == 60
    assert {f.method for f in figures if f.group["actor"] == "un"} == {"counted"}


def test_labels_correct_frames_and_voices_and_holders(much, tmp_path):
    units = Units.of(much)
    gold = read_gold(labelled(tmp_path, 60), units, uniform=True)
    (economy,) = (
        f for f in frames(units, ("outlet",), gold=gold) if f.group["outlet"] == "first" and f.label == "economy"
    )
    assert economy.share > 0.95
    (of_actor,) = (
        f for f in frames(units, ("actor",), gold=gold) if f.group["actor"] == "usa" and f.label == "economy"
    )
    assert of_actor.share > 0.95
    (own,) = (
        f
        for f in stances(units, ("actor",), voice=True, gold=gold)
        if f.group["actor"] == "usa" and f.label == "against own"
    )
    assert own.share == pytest.approx(2 / 3, abs=0.02)


def test_too_few_labels_correct_nothing(much, tmp_path):
    units = Units.of(much)
    gold = read_gold(labelled(tmp_path, FEWEST_LABELLED - 1), units, uniform=True)
    assert {f.method for f in stances(units, gold=gold)} == {"counted"}


def test_rows_that_people_rejected_are_no_labels(much, tmp_path):
    """Of thirty rows of an actor people leave one: that is no share to be sure of."""
    from zawiya.corpus import write_corpus

    kept = article("000", sentence(("usa", "against", "author"), scored=False))
    rejected = [article(f"{n:03}", sentence(("usa", "neutral", None), scored=False)) for n in range(1, 60)]
    rejected = [a.with_sentences(tuple(replace(s, mentions=()) for s in a.sentences)) for a in rejected]
    units = Units.of(much)
    for left in ([kept], []):
        write_corpus(tmp_path / "gold.jsonl", [*left, *rejected])
        gold = read_gold(tmp_path / "gold.jsonl", units, uniform=True)
        figures = [f for f in stances(units, ("actor",), gold=gold) if f.group["actor"] == "usa"]
        assert {f.method for f in figures} == {"counted"}


def test_a_stance_that_nobody_holds_is_in_no_voice(tmp_path):
    results = opened(tmp_path / "out", [article("a", sentence(("usa", "against", None), ("un", "against", "author")))])
    assert found(stances(results, (), voice=True))["against quoted"] == (0, 0, 2)
    assert found(stances(results, (), voice=True))["against own"] == (0.5, 1, 2)


def test_a_hundred_thousand_articles_are_counted_in_one_go():
    from zawiya.study.measure.counting import ratios

    random = np.random.default_rng(1)
    article = np.repeat(np.arange(100_000), 12).astype(np.int32)
    group = random.integers(50, size=len(article)).astype(np.int32)
    (counts,) = ratios(group, article, [(random.random(len(article)) < 0.3).astype(float)], 50)
    assert counts.share == pytest.approx(np.full(50, 0.3), abs=0.02)
