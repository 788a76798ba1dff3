"""Whether scores mean what they say: reliability counted by hand, and scores as they were before they were scaled."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.backends import Logits
from zawiya.bundle import Bundle, Calibration
from zawiya.inputs import Batch, Encoder
from zawiya.prediction import EncoderJudge
from zawiya.records import Sentence
from zawiya.train.evaluate.calibration import BINS, calibration
from zawiya.train.evaluate.gold import GoldFile
from zawiya.train.evaluate.records import Bin, Estimate, Reliability

from ...conftest import letter_tokenizer
from ..labelled import NAMES, article, gold_file, judged, relabelled, scored, told

pytestmark = pytest.mark.filterwarnings("error")
FRAMES = ("interference", "diplomacy")


def reliability(
    file: GoldFile, given: Sequence[Sentence], weights: Sequence[Sequence[float]] | None = None, **more: object
) -> dict[str, Reliability]:
    """What is said of each label and stage."""
    drawn = np.ones((5, len(file.articles))) if weights is None else np.array(weights, dtype=float)
    found = calibration(file, judged(file, given, **more), drawn)
    assert len({(one.label, one.stage) for one in found}) == len(found)
    return {f"{one.label} {one.stage}": one for one in found}


# Four stances in two articles: three right, at 0.85, 0.75 and 0.85, and one wrong at 0.95.
GOLD = gold_file(
    article("a", told(russia="favor author", usa="against other")),
    article("b", told(russia="against author", usa="neutral")),
)
GIVEN = (
    scored(relabelled(GOLD.sentences[0], usa="favor author"), russia=(0.85, 0.1, 0.05), usa=(0.95, 0.05, 0)),
    scored(GOLD.sentences[1], russia=(0.15, 0.75, 0.1), usa=(0.1, 0.05, 0.85)),
)


def test_the_calibration_error_is_the_mean_gap_of_bins_weighted_by_their_rows() -> None:
    found = reliability(GOLD, GIVEN)["stance after"]
    assert found.rows == 4
    assert found.bins == (Bin(0.7, 0.8, 1, 0.75, 1), Bin(0.8, 0.9, 2, 0.85, 1), Bin(0.9, 1, 1, 0.95, 0))
    assert found.ece.value == pytest.approx((1 * 0.25 + 2 * 0.15 + 1 * 0.95) / 4)


def test_the_brier_score_adds_up_the_squared_distances_of_all_labels() -> None:
    # a right favor at 0.85, against at 0.95 for favor, a right against at 0.75, a right neutral at 0.85
    distances = (
        0.15**2 + 0.1**2 + 0.05**2,
        0.95**2 + 0.95**2,
        0.15**2 + 0.25**2 + 0.1**2,
        0.1**2 + 0.05**2 + 0.15**2,
    )
    assert reliability(GOLD, GIVEN)["stance after"].brier.value == pytest.approx(sum(distances) / 4)


def test_intervals_are_over_articles() -> None:
    # of the first article alone the gaps are 0.15 and 0.95, of the second 0.25 and 0.15
    found = reliability(GOLD, GIVEN, [[2, 0]] * 50 + [[0, 2]] * 50)["stance after"]
    assert (found.ece.low, found.ece.high) == (0.2, 0.55)


def test_resamples_without_a_decision_do_not_count_as_faultless() -> None:
    more = gold_file(*GOLD.articles, article("c", told("محادثات")))
    found = reliability(more, (*GIVEN, told("محادثات")), [[1, 1, 1]] * 50 + [[0, 0, 3]] * 50)["stance after"]
    assert (found.ece.low, found.ece.high) == (found.ece.value, found.ece.value)
    assert (found.brier.low, found.brier.high) == (found.brier.value, found.brier.value)


def test_decisions_of_one_article_have_no_interval() -> None:
    file = gold_file(GOLD.articles[0], article("c", told("محادثات")))
    found = reliability(file, (GIVEN[0], told("محادثات")))["stance after"]
    assert found.ece.value is not None
    assert (found.ece.low, found.brier.low) == (None, None)


def test_a_stance_that_is_not_the_likeliest_is_as_sure_as_its_own_score() -> None:
    # a model may weigh the rare stances up
    file = gold_file(article("a", told(russia="favor author")))
    found = reliability(file, [scored(file.sentences[0], russia=(0.35, 0.05, 0.6))])["stance after"]
    assert found.bins == (Bin(0.3, 0.4, 1, 0.35, 1),)


def test_full_confidence_is_in_the_last_bin_and_none_in_the_first() -> None:
    file = gold_file(article("a", told(russia="favor author", usa="neutral")))
    given = [scored(file.sentences[0], russia=(1, 0, 0), usa=(1, 0, 0))]
    found = reliability(file, given)["stance after"]
    assert found.bins == (Bin(0, 0.1, 1, 0, 1), Bin(0.9, 1, 1, 1, 1))


def test_every_pair_of_sentence_and_frame_is_a_decision() -> None:
    file = gold_file(article("a", told("تدخل", frames=FRAMES[:1])), article("b", told("محادثات")))
    given = [
        scored(file.sentences[0], frames={"interference": 0.75, "diplomacy": 0.25}),
        scored(file.sentences[1], frames={"interference": 0.05, "diplomacy": 0.05}),
    ]
    found = reliability(file, given, frames=FRAMES)["frames after"]
    assert found.rows == 4
    assert found.bins == (Bin(0, 0.1, 2, 0.05, 0), Bin(0.2, 0.3, 1, 0.25, 0), Bin(0.7, 0.8, 1, 0.75, 1))
    assert found.ece.value == pytest.approx((2 * 0.05 + 0.25 + 0.25) / 4)
    assert found.brier.value == pytest.approx((2 * 0.05**2 + 2 * 0.25**2) / 4, abs=1e-4)
    # the first article's are off by a quarter, the second's by 0.05
    found = reliability(file, given, [[2, 0]] * 50 + [[0, 2]] * 50, frames=FRAMES)["frames after"]
    assert (found.ece.low, found.ece.high) == (0.05, 0.25)


def test_a_holder_is_judged_where_the_stance_is_rightly_given() -> None:
    gold = told(russia="against author", usa="against other", iran="neutral", china="favor author")
    # right; wrong; given where nobody holds a stance; under another stance
    given = relabelled(gold, usa="against author", iran="favor author", china="against author")
    sure = dict(zip(NAMES, (0.65, 0.85, 0.99, 0.99), strict=True))
    given = replace(given, mentions=tuple(replace(m, holder_score=sure[m.actor]) for m in given.mentions))
    found = reliability(gold_file(article("a", gold)), [given])
    assert set(found) == {"holder after"}
    assert found["holder after"].bins == (Bin(0.6, 0.7, 1, 0.65, 1), Bin(0.8, 0.9, 1, 0.85, 0))
    # the mean of gaps of 0.35 and 0.85
    assert found["holder after"].ece == Estimate(0.6)
    assert found["holder after"].brier.value == pytest.approx((0.35**2 + 0.85**2) / 2)


def test_labels_without_scores_have_no_reliability() -> None:
    assert reliability(GOLD, GOLD.sentences, frames=FRAMES) == {}
    # a majority gives no scores, whatever the sentences
    bare = gold_file(article("a", told("محادثات")))
    assert reliability(bare, bare.sentences) == {}


class Dice:
    """Logits that are thrown, always the same."""

    def run(self, batch: Batch) -> Logits:
        random = np.random.default_rng(5)
        rows, targets, _ = batch.target_mask.shape
        shapes = ((rows, targets, 4), (rows, targets, 2 + targets), (rows, len(FRAMES)))
        return Logits(*(random.normal(scale=3, size=shape).astype(np.float32) for shape in shapes))


def thrown(file: GoldFile, **temperatures: float) -> dict[str, Reliability]:
    """The reliability of thrown logits at some temperatures."""
    bundle = Bundle("dice", FRAMES, 32, Calibration((0.5, 0.5), **temperatures))
    judge = EncoderJudge(bundle, Encoder.of(letter_tokenizer(), longest=32), Dice())
    return reliability(file, judge.label(file.sentences, gold=True), judge=judge)


@pytest.fixture(scope="module")
def many() -> GoldFile:
    """Sixty targets of twenty articles."""
    stances = ("favor author", "against other", "neutral")
    actors = list(NAMES)[:3]
    sentences = [
        told(**{a: stances[(n + k) % 3] for k, a in enumerate(actors)}, frames=FRAMES[: n % 3]) for n in range(20)
    ]
    return gold_file(*(article(f"a{number}", sentence) for number, sentence in enumerate(sentences)))


def test_of_a_model_that_nobody_scaled_there_is_one_stage(many: GoldFile) -> None:
    assert set(thrown(many)) == {"stance after", "frames after", "holder after"}
    assert set(thrown(many, holder_temperature=3.0)) == {"stance after", "frames after", "holder after"}
    assert set(thrown(many, stance_temperature=2.0)) == {
        "stance before",
        "stance after",
        "frames after",
        "holder after",
    }
    assert set(thrown(many, frame_temperature=2.0)) == {"stance after", "frames before", "frames after", "holder after"}


@settings(max_examples=25)
@given(stance=st.floats(0.4, 6).filter(lambda t: t != 1), frame=st.floats(0.5, 6).filter(lambda t: t != 1))
def test_scores_before_scaling_are_those_of_the_same_logits_unscaled(
    many: GoldFile, stance: float, frame: float
) -> None:
    plain = thrown(many)
    scaled = thrown(many, stance_temperature=stance, frame_temperature=frame)
    for label in ("stance", "frames"):
        before, unscaled = scaled[f"{label} before"], plain[f"{label} after"]
        assert before.rows == unscaled.rows
        # what is written has four decimals
        assert before.ece.value == pytest.approx(unscaled.ece.value, abs=1.5e-4)
        assert before.brier.value == pytest.approx(unscaled.brier.value, abs=1.5e-4)
        assert [one.rows for one in before.bins] == [one.rows for one in unscaled.bins]
        for one, other in zip(before.bins, unscaled.bins, strict=True):
            assert (one.confidence, one.right) == pytest.approx((other.confidence, other.right), abs=2e-4)


def test_scaling_moves_scores(many: GoldFile) -> None:
    found = thrown(many, stance_temperature=3.0, frame_temperature=3.0)
    for label in ("stance", "frames"):
        assert found[f"{label} before"].brier.value > found[f"{label} after"].brier.value + 0.05


def test_every_decision_is_in_one_bin(many: GoldFile) -> None:
    for one in thrown(many, stance_temperature=2.0).values():
        assert sum(bin_.rows for bin_ in one.bins) == one.rows
        assert all(bin_.low <= bin_.confidence <= bin_.high for bin_ in one.bins)
        assert all(bin_.high == pytest.approx(bin_.low + 1 / BINS) for bin_ in one.bins)


def test_hostile_scores_of_nothing_and_everything_are_scaled_without_a_warning() -> None:
    file = gold_file(article("a", told(russia="favor author", frames=FRAMES[:1])))
    judge = EncoderJudge(
        Bundle("sure", FRAMES, 32, Calibration((0.5, 0.5), stance_temperature=5.0, frame_temperature=5.0)), None, None
    )
    sure = [scored(file.sentences[0], russia=(1, 0, 0), frames={"interference": 1.0, "diplomacy": 0.0})]
    found = reliability(file, sure, judge=judge)
    assert found["stance before"].ece.value == found["frames before"].ece.value == 0
