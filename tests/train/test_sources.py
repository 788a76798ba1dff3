"""The articles of a run: how files are divided, what is refused before anything is learnt, and folds by event."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import ActorList, FrameList, Taxonomy
from zawiya.train.settings import DataSettings, Source
from zawiya.train.sources import FEWEST_ROWS, Split, check_labels, folds, load_split

from .conftest import small_articles


def test_files_become_the_parts_of_a_split(corpus: Callable) -> None:
    split = load_split(DataSettings((corpus("x"), corpus("y")), (corpus("d"),), (corpus("t"),)))
    assert [article.id for article in split.train[11:13]] == ["x11", "y0"]
    assert (len(split.train), len(split.dev), split.left_out) == (24, 12, 0)
    assert split.weights == (1.0,) * 24


def test_a_test_file_is_called_by_its_name_and_folder(corpus: Callable, tmp_path: Path) -> None:
    split = load_split(DataSettings((corpus("x"),), (corpus("d"),), (corpus("t"),)))
    assert {name: len(held) for name, held in split.test.items()} == {f"{tmp_path.name}/t": 12}


def test_each_article_has_the_weight_of_its_source(corpus: Callable) -> None:
    split = load_split(DataSettings((Source(corpus("x"), 2.0), corpus("y"), Source(corpus("z"), 0.5)), (corpus("d"),)))
    assert split.weights == (2.0,) * 12 + (1.0,) * 12 + (0.5,) * 12


def numbered(articles: list[Article], copies: int) -> list[Article]:
    """Copies of the articles that differ in id and text."""
    return [
        replace(article, id=f"{copy}-{article.id}", text=f"{article.text} {copy}")
        for copy in range(copies)
        for article in articles
    ]


def test_a_share_of_a_source_goes_to_dev_once_and_for_all(corpus: Callable, articles: list[Article]) -> None:
    path = corpus("divided", numbered(articles, 20))

    def shared(share: float) -> Split:
        return load_split(DataSettings((corpus("x"), Source(path, dev_share=share)), (corpus("d"),)))

    split = shared(0.25)
    kept, chosen = ({a.id for a in part if "-" in a.id} for part in (split.train, split.dev))
    assert not kept & chosen
    assert len(kept | chosen) == 240
    assert 40 <= len(chosen) <= 80
    assert len(split.weights) == len(split.train)
    assert shared(0.25) == split
    # a larger share keeps what was chosen before
    assert chosen < {a.id for a in shared(0.5).dev}


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (1.0, 12)])
def test_the_extreme_shares_send_all_articles_one_way(corpus: Callable, share: float, expected: int) -> None:
    split = load_split(DataSettings((corpus("x"), Source(corpus("y"), dev_share=share)), (corpus("d"),)))
    assert (len(split.dev) - 12, len(split.train) - 12) == (expected, 12 - expected)


def test_articles_that_name_a_held_out_actor_are_left_out_and_counted(corpus: Callable, tmp_path: Path) -> None:
    ids = tmp_path / "unseen.txt"
    ids.write_text("iran\n", encoding="utf-8")
    split = load_split(DataSettings((corpus("x"),), (corpus("d"),), (corpus("t"),), held_out=str(ids)))
    # of six ordered pairs of three actors, two are without Iran, with either verb
    assert (len(split.train), len(split.weights), split.left_out) == (4, 4, 8)
    assert not any(m.actor == "iran" for a in split.train for s in a.sentences for m in s.mentions)
    # what is judged by is left whole
    assert len(split.dev) == len(next(iter(split.test.values()))) == 12


def test_a_missing_file_is_reported_by_name(corpus: Callable, tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"absent\.jsonl"):
        load_split(DataSettings((str(tmp_path / "absent.jsonl"),), (corpus("d"),)))
    with pytest.raises(ZawiyaError, match=r"absent\.txt: expected a file of actor ids"):
        load_split(DataSettings((corpus("x"),), (corpus("d"),), held_out=str(tmp_path / "absent.txt")))


def test_the_faults_of_several_files_come_together(corpus: Callable, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{\n[]\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_split(DataSettings((corpus("x"), str(bad)), (str(tmp_path / "absent.jsonl"),)))
    told = str(caught.value)
    assert len(caught.value.faults) == 2
    for words in (str(bad), "line 1: not JSON", "line 2", "absent.jsonl"):
        assert words in told


def test_the_faults_of_one_file_come_as_they_are(corpus: Callable, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{\n[]\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_split(DataSettings((str(bad), str(bad)), (corpus("d"),)))
    assert (caught.value.source, len(caught.value.faults)) == (str(bad), 2)


def split_of(train: list[Article], dev: list[Article] | None = None, **rest) -> Split:
    return Split(tuple(train), (1.0,) * len(train), tuple(small_articles("d") if dev is None else dev), {}, **rest)


def labelled(identity: str, mention: Mention, *frames: str) -> Article:
    text = "تدخل واشنطن"
    return Article(identity, text, sentences=(Sentence(0, len(text), text, "body", (mention,), frames),))


def usa(stance: str | None = "against", holder: str | None = "author", actor: str = "usa") -> Mention:
    return Mention(actor, 5, 11, "واشنطن", stance, holder)


def faults_of(split: Split, taxonomy: Taxonomy) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        check_labels(split, taxonomy)
    return caught.value.faults


@pytest.mark.parametrize(
    ("article", "fault"),
    [
        (labelled("a", usa(actor="mali")), "actor 'mali' (1 rows) is not in the actor list; add it there"),
        (labelled("a", usa(), "weather"), "frame 'weather' (1 sentences) is not in the frame list; add it there"),
        (labelled("a", usa(holder="mali")), "holder 'mali' (1 rows) is not in the actor list; add it there"),
    ],
)
def test_an_unknown_label_is_named_with_its_repair(taxonomy: Taxonomy, article: Article, fault: str) -> None:
    [found] = faults_of(split_of([*small_articles(), article]), taxonomy)
    assert found.startswith(fault)
    assert "or" in found


def test_unknown_labels_of_all_parts_are_told_at_once(taxonomy: Taxonomy) -> None:
    stray = labelled("a", usa(actor="mali"))
    split = Split((*small_articles(), stray), (1.0,) * 13, (*small_articles("d"), stray), {"t": (stray, stray)})
    assert faults_of(replace(split, train=(*split.train, labelled("b", usa(), "weather"))), taxonomy) == (
        "actor 'mali' (4 rows) is not in the actor list; add it there, or name another list",
        "frame 'weather' (1 sentences) is not in the frame list; add it there, or rename or drop it by "
        "`data.rename_frames`",
    )


def test_the_outlet_and_others_are_holders_of_every_list(taxonomy: Taxonomy) -> None:
    check_labels(split_of([*small_articles(), labelled("a", usa(holder="other"))]), taxonomy)


def test_empty_lists_are_open_sets(taxonomy: Taxonomy) -> None:
    stray = labelled("a", usa(actor="bicycles", holder="pedestrians"), "weather")
    check_labels(split_of([*small_articles(), stray]), Taxonomy(ActorList(1, ()), FrameList(1, ())))
    [fault] = faults_of(split_of([stray]), replace(taxonomy, actors=ActorList(1, ())))
    assert "'weather'" in fault


@pytest.mark.parametrize("part", ["train", "dev"])
def test_a_part_without_sentences_is_refused(taxonomy: Taxonomy, part: str) -> None:
    text = "جميع الحقوق محفوظة"
    furniture = Article("f", text, sentences=(Sentence(0, len(text), text, "furniture"),))
    for empty in ([], [furniture]):
        split = split_of(empty) if part == "train" else split_of(small_articles(), empty)
        [fault] = faults_of(split, taxonomy)
        assert fault.startswith(f"`data.{part}`: expected sentences, found none")
        assert ("dev_share" in fault) == (part == "dev")


def test_an_empty_test_file_is_refused_by_its_name(taxonomy: Taxonomy) -> None:
    [fault] = faults_of(replace(split_of(small_articles()), test={"corpus/test": ()}), taxonomy)
    assert fault == "`corpus/test`: expected sentences, found none"


def test_absent_and_rare_labels_are_noted_part_by_part(taxonomy: Taxonomy) -> None:
    train = [article for n in range(4) for article in small_articles(f"{n}-")]
    against = [article for article in small_articles("d") if "interference" in article.sentences[0].frames]
    assert check_labels(split_of(train, against), taxonomy) == (
        "dev: no example of favor, diplomacy",
        "dev: fewer than 20 examples of against (6), neutral (6), interference (6)",
    )
    # at twenty a label is no longer rare: the four copies have twenty-four of each
    assert FEWEST_ROWS == 20


def test_one_class_alone_is_noted_as_nothing_to_tell_apart(taxonomy: Taxonomy) -> None:
    same = [labelled(str(n), usa(), "interference", "diplomacy") for n in range(FEWEST_ROWS)]
    assert check_labels(split_of(same, same), taxonomy) == (
        "train: every target is against; there is nothing to tell apart",
        "dev: every target is against; there is nothing to tell apart",
    )


def test_data_without_targets_is_not_said_to_lack_stances(taxonomy: Taxonomy) -> None:
    frames_only = [labelled(str(n), usa(None, None), "interference", "diplomacy") for n in range(FEWEST_ROWS)]
    assert check_labels(split_of(frames_only, frames_only), taxonomy) == ()


def of_events(sizes: list[int]) -> Split:
    """Articles of events of these sizes, and none for dev."""
    train = [
        Article(f"{event}-{n}", "نص", topic=f"event{event}") for event, size in enumerate(sizes) for n in range(size)
    ]
    return Split(tuple(train), tuple(float(n + 1) for n in range(len(train))), (), {})


NO_EVENTS = DataSettings(("x",))


@given(st.lists(st.integers(1, 6), min_size=3, max_size=12), st.integers(3, 6))
def test_every_article_is_held_out_exactly_once_and_no_event_is_in_two_parts(sizes: list[int], count: int) -> None:
    split = of_events(sizes)
    if len(sizes) < count:
        with pytest.raises(ZawiyaError, match=f"expected at least {count} events to divide, found {len(sizes)}"):
            folds(split, NO_EVENTS, count=count)
        return
    made = folds(split, NO_EVENTS, count=count)
    assert len(made) == count
    held = Counter(article.id for fold in made for article in fold.test["held out"])
    assert held == Counter(article.id for article in split.train)
    weights = dict(zip((article.id for article in split.train), split.weights, strict=True))
    for fold in made:
        parts = [fold.train, fold.dev, fold.test["held out"]]
        assert all(parts)
        topics = [{article.topic for article in part} for part in parts]
        assert sum(map(len, topics)) == len(set().union(*topics)) == len(sizes)
        assert [weights[article.id] for article in fold.train] == list(fold.weights)


def test_parts_are_of_like_size_and_always_the_same() -> None:
    split = of_events([5, 4, 3, 3, 2, 1])
    made = folds(split, NO_EVENTS, count=3)
    assert [len(fold.test["held out"]) for fold in made] == [6, 6, 6]
    assert made == folds(split, NO_EVENTS, count=3)


def test_dev_files_stay_the_dev_of_every_fold() -> None:
    split = replace(of_events([2, 2]), dev=tuple(small_articles("d")), test={"corpus/test": tuple(small_articles("t"))})
    made = folds(split, NO_EVENTS, count=2)
    assert [len(fold.train) for fold in made] == [2, 2]
    assert all(fold.dev == split.dev for fold in made)
    assert all(set(fold.test) == {"held out", "corpus/test"} for fold in made)


def test_without_dev_files_two_parts_are_too_few() -> None:
    with pytest.raises(ZawiyaError, match="expected 3 or more where there are no dev files, found 2"):
        folds(of_events([1, 1, 1]), NO_EVENTS, count=2)


def test_articles_without_a_topic_are_events_of_their_own() -> None:
    split = of_events([3])
    alone = replace(split, train=tuple(replace(article, topic=None) for article in split.train))
    assert len(folds(alone, NO_EVENTS, count=3)) == 3


def test_a_table_of_events_joins_topics(tmp_path: Path) -> None:
    table = tmp_path / "events.tsv"
    table.write_text("event\ttopic\nwar\tevent0\nwar\tevent2\n", encoding="utf-8")
    split, settings = of_events([2, 2, 2, 2]), replace(NO_EVENTS, events=str(table))
    made = folds(split, settings, count=3)
    joined = [{a.topic for a in fold.test["held out"]} for fold in made]
    assert {"event0", "event2"} in joined
    with pytest.raises(ZawiyaError, match="expected at least 4 events to divide, found 3"):
        folds(split, settings, count=4)


@pytest.mark.parametrize("content", [None, "event,topic\nwar,event0\n"])
def test_a_table_of_events_that_cannot_be_read_is_told_by_name(tmp_path: Path, content: str | None) -> None:
    table = tmp_path / "events.tsv"
    if content:
        table.write_text(content, encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"events\.tsv: expected a tab-separated table with the columns event and"):
        folds(of_events([1, 1, 1]), replace(NO_EVENTS, events=str(table)), count=3)


def test_frames_go_by_their_names_in_the_list(corpus: Callable) -> None:
    renamed = load_split(DataSettings((corpus("x"),), (corpus("d"),), rename_frames={"diplomacy": "talks"}))
    assert {frame for a in (*renamed.train, *renamed.dev) for s in a.sentences for frame in s.frames} == {
        "interference",
        "talks",
    }


def test_frames_that_become_one_are_given_once_and_dropped_ones_not_at_all(corpus: Callable) -> None:
    both = [
        replace(a, sentences=tuple(replace(s, frames=("a", "b", "c")) for s in a.sentences)) for a in small_articles()
    ]
    split = load_split(DataSettings((corpus("x", both),), (corpus("d"),), rename_frames={"b": "a", "c": None}))
    assert {s.frames for article in split.train for s in article.sentences} == {("a",)}
