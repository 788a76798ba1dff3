"""What an evaluated file shares with training: nearly the same sentences, and topics."""

import pytest

from zawiya.records import Article
from zawiya.train.evaluate.gold import GoldFile
from zawiya.train.evaluate.leakage import SHOWN, Known, Shared, leakage, shared
from zawiya.train.evaluate.records import Duplicate, Leakage
from zawiya.train.sources import Split

from ..labelled import article, gold_file, told

SUMMIT = "أدانت موسكو في بيان رسمي صدر مساء أمس تدخل واشنطن المستمر في شؤون المنطقة"
#: One word is another: of 68 pieces of five letters on each side 61 are the same, 61 of 75 in all.
NEARLY = SUMMIT.replace("المستمر", "السافر")
#: Two words are others: 56 of 81 in all, too few.
LIKE = SUMMIT.replace("مساء أمس", "ظهر اليوم")
OTHER = "أشادت طهران بنتائج المحادثات التي جرت في العاصمة خلال اليومين الماضيين"
SHORT = "أدانت موسكو واشنطن"


def split(*train: Article, dev: tuple[Article, ...] = ()) -> Split:
    return Split(train, (1.0,) * len(train), dev, {})


def found(file: GoldFile, learnt: Split) -> Shared:
    (one,) = shared([file], learnt)
    return one


def test_a_sentence_that_stands_nearly_so_in_training_is_found_with_its_counterpart() -> None:
    file = gold_file(article("a", told(OTHER)), article("b", told(LIKE), told(NEARLY)))
    (pair,) = found(
        file, split(article("t0", told("محادثات")), article("t1", told(OTHER[:40]), told(SUMMIT)))
    ).pairs.items()
    number, known = pair
    assert number == 2
    assert (known.article, known.text) == ("t1", SUMMIT)
    assert known.likeness == pytest.approx(61 / 75)


def test_what_is_chosen_by_counts_as_training() -> None:
    assert found(gold_file(article("a", told(SUMMIT))), split(dev=(article("d", told(SUMMIT)),))).pairs == {
        0: Known("d", SUMMIT, 1.0)
    }


def test_of_several_counterparts_the_likest_is_taken() -> None:
    file = gold_file(article("a", told(SUMMIT)))
    longer = SUMMIT + " كلها"
    for order in ([longer, SUMMIT, longer], [SUMMIT, longer], [longer, SUMMIT]):
        learnt = split(*(article(f"t{n}", told(text)) for n, text in enumerate(order)))
        assert found(file, learnt).pairs[0] == Known(f"t{order.index(SUMMIT)}", SUMMIT, 1.0)


def test_short_sentences_repeat_each_other_by_nature() -> None:
    assert found(gold_file(article("a", told(SHORT))), split(article("t", told(SHORT)))).pairs == {}


def test_furniture_is_nobodys_leak() -> None:
    plain, furniture = article("a", told(SUMMIT)), article("a", told(SUMMIT, role="furniture"), told(OTHER))
    assert found(gold_file(plain), split(furniture)).pairs == {}
    assert found(gold_file(furniture), split(plain)).pairs == {}


def test_sentences_that_repeat_each_other_within_the_files_or_within_training_are_no_leak() -> None:
    first, second = (gold_file(article(name, told(SUMMIT), told(SUMMIT))) for name in "ab")
    for one in shared([first, second], split(article("t", told(OTHER), told(OTHER)))):
        assert one.pairs == {}


def test_each_file_has_its_own_numbers() -> None:
    first = gold_file(article("a", told(OTHER)))
    second = gold_file(article("b", told(SHORT), told(SUMMIT)), article("c", told(SUMMIT)))
    one, two = shared([first, second], split(article("t", told(SUMMIT))))
    assert one.pairs == {}
    assert two.pairs == dict.fromkeys((1, 2), Known("t", SUMMIT, 1.0))


def test_topics_that_both_have_are_named_in_order() -> None:
    file = gold_file(
        *(article(f"a{n}", topic=topic) for n, topic in enumerate(("war", None, "summit", "grain", "war")))
    )
    learnt = split(article("t0", topic="war"), article("t1"), dev=(article("d", topic="summit"),))
    assert found(file, learnt).topics == ("summit", "war")
    assert found(gold_file(article("a")), split(article("t"))).topics == ()


def test_nothing_learnt_and_nothing_asked_share_nothing() -> None:
    assert found(gold_file(article("a", told(SUMMIT))), split()) == Shared({}, ())
    assert shared([], split(article("t", told(SUMMIT)))) == []


def test_what_is_shared_is_written_down_the_likest_first() -> None:
    file = gold_file(article("a", told(OTHER), told(SUMMIT)), article("b", told(NEARLY)))
    pairs = {1: Known("t1", LIKE, 0.81239), 2: Known("t2", SUMMIT, 0.95)}
    assert leakage(file, Shared(pairs, ("war",)), ("train.jsonl",)) == Leakage(
        checked=("train.jsonl",),
        sentences=2,
        topics=("war",),
        examples=(Duplicate("b", NEARLY, "t2", SUMMIT, 0.95), Duplicate("a", SUMMIT, "t1", LIKE, 0.812)),
    )


def test_all_shared_sentences_are_counted_and_some_are_shown() -> None:
    file = gold_file(article("a", *[told(SUMMIT)] * (SHOWN + 5)))
    made = leakage(file, Shared(dict.fromkeys(range(SHOWN + 5), Known("t", SUMMIT, 1.0)), ()), ("train.jsonl",))
    assert (made.sentences, len(made.examples)) == (SHOWN + 5, SHOWN)


def test_where_no_training_file_is_at_hand_nothing_was_checked() -> None:
    assert leakage(gold_file(article("a", told(SUMMIT))), None, ("train.jsonl",)) == Leakage((), 0, (), ())
