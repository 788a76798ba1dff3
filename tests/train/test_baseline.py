"""The rows beside every score: they take any corpus that a model takes, and label as scikit-learn would."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from zawiya.linear import HOLDERS, LinearModel, sentence_text, target_text
from zawiya.records import STANCES, Article, Mention, Sentence
from zawiya.train.baseline import Majority, fit_linear, fit_majority

from .conftest import FRAMES, small_articles
from .labelled import told

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def sentences(articles: list[Article]) -> list[Sentence]:
    return [s for article in articles for s in article.sentences]


def unlabelled(sentences: list[Sentence]) -> list[Sentence]:
    return [
        replace(s, frames=(), mentions=tuple(replace(m, stance=None, holder=None) for m in s.mentions))
        for s in sentences
    ]


def labels(sentences: list[Sentence]) -> list[tuple[str | None, str | None]]:
    return [(m.stance, m.holder) for s in sentences for m in s.mentions]


def test_the_majority_is_neutral_and_frameless_about_every_mention(sentences: list[Sentence]) -> None:
    # half of the mentions are neutral, and each of the two frames is on half of the sentences, which is not most
    labelled = fit_majority(sentences, FRAMES).label(unlabelled(sentences), gold=True)
    assert set(labels(labelled)) == {("neutral", None)}
    assert {s.frames for s in labelled} == {()}
    assert [[m.actor for m in s.mentions] for s in labelled] == [[m.actor for m in s.mentions] for s in sentences]


def test_the_majority_is_what_most_of_its_sentences_say() -> None:
    learnt = [
        told(russia="against usa", frames=FRAMES),
        told(russia="against iran", usa="neutral", frames=FRAMES[1:]),
        told(iran="against usa", usa="favor author"),
    ]
    model = fit_majority(learnt, FRAMES)
    assert model == Majority("against", "usa", FRAMES[1:], FRAMES)
    (labelled,) = model.label([told("محادثات", china="neutral")])
    assert (labels([labelled]), labelled.frames) == ([("against", "usa")], FRAMES[1:])


def test_of_equally_common_stances_neutral_is_the_majority_and_of_holders_the_first_by_name() -> None:
    even = [told(russia="favor other", usa="neutral", iran=None, china="favor author")]
    assert fit_majority(even, ()) == Majority("neutral", None, (), ())
    assert fit_majority([told(russia="favor other", usa="favor author")], ()) == Majority("favor", "author", (), ())


def test_frames_that_are_not_asked_about_are_none_of_the_majority(sentences: list[Sentence]) -> None:
    told_all = [replace(s, frames=("always", *FRAMES)) for s in sentences]
    assert fit_majority(told_all, FRAMES[:1]).given == FRAMES[:1]


@pytest.mark.parametrize("learnt", [[], [Sentence(0, 4, "تدخل")]])
def test_the_majority_of_nothing_is_neutral_and_frameless(learnt: list[Sentence]) -> None:
    assert fit_majority(learnt, FRAMES) == Majority("neutral", None, (), FRAMES)


def test_the_majority_gives_one_row_for_each_actor_unless_the_mentions_are_gold() -> None:
    model = fit_majority([told(russia="against author")], ())
    once = told(russia=None)
    twice = replace(once, mentions=(*once.mentions, replace(once.mentions[0], start=9, end=14)))
    assert labels(model.label([twice])) == [("against", "author")]
    assert labels(model.label([twice], gold=True)) == [("against", "author")] * 2


def test_it_learns_what_two_verbs_mean(sentences: list[Sentence]) -> None:
    model = fit_linear(sentences, FRAMES)
    labelled = model.label(unlabelled(sentences))
    assert [m.stance for s in labelled for m in s.mentions] == [m.stance for s in sentences for m in s.mentions]
    assert [s.frames for s in labelled] == [s.frames for s in sentences]
    # a holder that is an actor is the other one of the sentence
    assert labels(labelled) == labels(sentences)


def test_labels_do_not_depend_on_what_the_mentions_carried(sentences: list[Sentence]) -> None:
    model = fit_linear(sentences, FRAMES)
    assert labels(model.label(sentences)) == labels(model.label(unlabelled(sentences)))


def test_sentences_without_mentions_get_frames(sentences: list[Sentence]) -> None:
    model = fit_linear(sentences, FRAMES)
    bare = [replace(s, mentions=()) for s in sentences]
    assert [s.frames for s in model.label(bare)] == [s.frames for s in sentences]


def test_a_corpus_of_one_label_is_learnt_as_that_label(sentences: list[Sentence]) -> None:
    one = [
        replace(s, frames=(), mentions=tuple(replace(m, stance="against", holder="author") for m in s.mentions))
        for s in sentences
    ]
    labelled = fit_linear(one, FRAMES).label(unlabelled(one))
    assert set(labels(labelled)) == {("against", "author")}
    assert {s.frames for s in labelled} == {()}


def test_a_corpus_without_holders_is_learnt(sentences: list[Sentence]) -> None:
    neutral = fit_majority(sentences, FRAMES).label(sentences, gold=True)
    assert set(labels(fit_linear(neutral, FRAMES).label(unlabelled(neutral)))) == {("neutral", None)}


def test_words_that_stand_once_are_enough_where_there_are_no_others(make_sentence: Callable[..., Sentence]) -> None:
    few = [
        make_sentence("أدانت موسكو", ("russia", "موسكو", "against", "author"), frames=("interference",)),
        make_sentence("محادثات طهران", ("iran", "طهران", "neutral")),
    ]
    labelled = fit_linear(few, FRAMES).label(unlabelled(few))
    assert len(labels(labelled)) == 2


def test_one_frame_is_learnt_like_several(sentences: list[Sentence]) -> None:
    labelled = fit_linear(sentences, FRAMES[:1]).label(unlabelled(sentences))
    assert [s.frames for s in labelled] == [s.frames if s.frames == FRAMES[:1] else () for s in sentences]


def test_no_frames_are_learnt_as_none(sentences: list[Sentence]) -> None:
    labelled = fit_linear(sentences, ()).label(unlabelled(sentences))
    assert labels(labelled) == labels(sentences)
    assert {(s.frames, len(s.frame_scores)) for s in labelled} == {((), 0)}


def test_a_frame_that_never_occurs_is_never_given_and_one_that_always_does_always(sentences: list[Sentence]) -> None:
    told = [replace(s, frames=(*s.frames, "always")) for s in sentences]
    labelled = fit_linear(told, ("never", *FRAMES, "always")).label(unlabelled(told))
    assert [s.frames for s in labelled] == [s.frames for s in told]
    assert {(s.frame_scores["never"] < 1e-6, s.frame_scores["always"] > 1 - 1e-6) for s in labelled} == {(True, True)}


def test_a_corpus_without_mentions_is_learnt_for_its_frames(sentences: list[Sentence]) -> None:
    model = fit_linear([replace(s, mentions=()) for s in sentences], FRAMES)
    labelled = model.label(unlabelled(sentences))
    assert [s.frames for s in labelled] == [s.frames for s in sentences]
    assert set(labels(labelled)) == {("neutral", None)}


def test_a_stance_that_never_occurs_is_never_given(sentences: list[Sentence]) -> None:
    blamed = [
        replace(
            s, mentions=tuple(replace(m, stance="against" if m.stance == "favor" else m.stance) for m in s.mentions)
        )
        for s in sentences
    ]
    labelled = fit_linear(blamed, FRAMES).label(unlabelled(blamed))
    assert {m.stance for s in labelled for m in s.mentions} == {"against", "neutral"}
    assert all(m.scores["favor"] < 1e-6 for s in labelled for m in s.mentions)


@pytest.mark.parametrize("texts", [[], ["..."], ["", "...", "؟"]])
def test_a_corpus_without_a_word_is_learnt(make_sentence: Callable[..., Sentence], texts: list[str]) -> None:
    model = fit_linear([make_sentence(text, frames=FRAMES[:1]) for text in texts], FRAMES)
    (labelled,) = model.label([make_sentence("أدانت موسكو", ("russia", "موسكو"))])
    assert labels([labelled]) == [("neutral", None)]
    assert labelled.frames == (FRAMES[:1] if texts else ())


def test_a_corpus_of_words_that_stand_once_is_learnt_by_its_shares(make_sentence: Callable[..., Sentence]) -> None:
    # too many sentences for words that stand once to count, and no two have a word in common
    many = [make_sentence(f"كلمة{n}", frames=FRAMES[: n % 3 == 0]) for n in range(120)]
    (labelled,) = fit_linear(many, FRAMES).label([make_sentence("كلمة1")])
    assert labelled.frame_scores[FRAMES[0]] == pytest.approx(1 / 3)


# The model against scikit-learn's own pipelines, on sentences in which the classes overlap.

NAMES = {"russia": "موسكو", "usa": "واشنطن", "iran": "طهران", "china": "بكين"}
VERBS = {"أدانت": "against", "أشادت": "favor", "زارت": "neutral", "واجهت": "against", "ساندت": "favor"}
NOUNS = ("تدخل", "محادثات", "سياسة", "جيش", "قمة", "حصار", "هدنة")


def mixed_sentences() -> list[Sentence]:
    """Two hundred sentences of three stances, every kind of holder and four frames, one of which never occurs."""
    chance = np.random.default_rng(5)
    made = []
    for _ in range(200):
        (speaker, name), (target, named) = (list(NAMES.items())[n] for n in chance.permutation(len(NAMES))[:2])
        verb, noun = str(chance.choice(list(VERBS))), str(chance.choice(NOUNS))
        told = bool(chance.random() < 0.6)
        text = f"{name} {verb} {noun} {named} {chance.choice(NOUNS)}" if told else f"{verb} {noun} {named} {noun}"
        stance = VERBS[verb] if chance.random() < 0.9 else "neutral"
        holder = None if stance == "neutral" else speaker if told else str(chance.choice(["author", "other"]))
        start = text.index(named)
        mentions = [Mention(target, start, start + len(named), named, stance, holder)]
        if told:
            mentions.insert(0, Mention(speaker, 0, len(name), name, "neutral"))
        frames = tuple(frame for frame, word in (("force", "جيش"), ("talks", "قمة"), ("siege", "حصار")) if word in text)
        made.append(Sentence(0, len(text), text, "body", tuple(mentions), frames))
    return made


MIXED_FRAMES = ("force", "talks", "siege", "never")


def pipeline(classifier: object) -> Pipeline:
    features = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+", lowercase=False)
    return make_pipeline(features, classifier)


def regression() -> LogisticRegression:
    return LogisticRegression(C=4.0, max_iter=2000, class_weight="balanced")


@cache
def fitted() -> tuple[LinearModel, Pipeline, Pipeline, Pipeline]:
    """The model as it is loaded from its file's numbers, and scikit-learn's pipelines, of the same sentences."""
    sentences = mixed_sentences()
    rows = [(target_text(s, m), m) for s in sentences for m in s.mentions]
    held = [(text, m.holder if m.holder in HOLDERS else "actor") for text, m in rows if m.holder]
    frame = pipeline(OneVsRestClassifier(regression()))
    return (
        fit_linear(sentences, MIXED_FRAMES),
        pipeline(regression()).fit([text for text, _ in rows], [STANCES.index(m.stance) for _, m in rows]),
        pipeline(regression()).fit([text for text, _ in held], [HOLDERS.index(kind) for _, kind in held]),
        frame.fit([sentence_text(s) for s in sentences], [[f in s.frames for f in MIXED_FRAMES] for s in sentences]),
    )


def assert_labelled_as_scikit_learn_does(sentence: Sentence) -> None:
    model, stance, holder, frame = fitted()
    (labelled,) = model.label([sentence], gold=True)
    chances = frame.predict_proba([sentence_text(sentence)])[0]
    assert np.allclose(list(labelled.frame_scores.values()), chances, atol=1e-6)
    sure = abs(chances - 0.5) > 1e-6
    assert [f in labelled.frames for f in np.array(MIXED_FRAMES)[sure]] == list(chances[sure] > 0.5)
    for mention in labelled.mentions:
        text = target_text(sentence, mention)
        stances, kinds = stance.predict_proba([text])[0], holder.predict_proba([text])[0]
        assert np.allclose(list(mention.scores.values()), stances, atol=1e-6)
        if margin(stances) > 1e-6:
            assert mention.stance == STANCES[int(stance.predict([text])[0])]
        if mention.stance == "neutral" or margin(kinds) <= 1e-6:
            continue
        others = [m.actor for m in sentence.mentions if m.actor != mention.actor]
        kind = HOLDERS[int(holder.predict([text])[0])]
        assert mention.holder == ((others or ["other"])[0] if kind == "actor" else kind)
        if others:
            assert mention.holder_score == pytest.approx(kinds.max(), abs=1e-6)


def margin(chances: np.ndarray) -> float:
    """How far the likeliest is ahead; where two are as likely, rounding decides."""
    return float(np.diff(np.sort(chances))[-1])


@pytest.mark.filterwarnings("ignore:Label not .* is present")
def test_a_corpus_is_labelled_as_scikit_learn_labels_it() -> None:
    for sentence in mixed_sentences():
        assert_labelled_as_scikit_learn_does(sentence)


@st.composite
def salads(draw: st.DrawFn) -> Sentence:
    """Words of the corpus and others in any order, some of them targets."""
    known = st.sampled_from([*NAMES.values(), *VERBS, *NOUNS])
    words = draw(st.lists(known | st.text("ابتثج aB1.،\u064e", max_size=5), min_size=1, max_size=14))
    text = " ".join(words)
    starts = np.cumsum([0, *(len(word) + 1 for word in words)])
    picked = draw(st.lists(st.integers(0, len(words) - 1), max_size=3, unique=True))
    mentions = tuple(
        Mention(draw(st.sampled_from(list(NAMES))), int(starts[n]), int(starts[n]) + len(words[n]), words[n])
        for n in sorted(picked)
        if words[n]
    )
    return Sentence(0, len(text), text, "body", mentions)


@pytest.mark.filterwarnings("ignore:Label not .* is present")
@given(salads())
def test_any_words_are_labelled_as_scikit_learn_labels_them(sentence: Sentence) -> None:
    assert_labelled_as_scikit_learn_does(sentence)


ACTORS = """\
version: 1
actors:
  - {id: russia, kind: state, arabic: روسيا, english: Russia, names: [روسيا], capitals: [موسكو]}
  - {id: usa, kind: state, arabic: الولايات المتحدة, english: USA, names: [الولايات المتحدة], capitals: [واشنطن]}
"""
#: Labels a text and a folder where nothing that trains can be imported.
LIGHT = """\
import sys
for name in ("sklearn", "scipy", "joblib", "torch", "transformers", "onnxruntime"):
    sys.modules[name] = None  # makes importing it an error
from zawiya import Labeler, Taxonomy
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings

model, actors, news, out = sys.argv[1:]
article = Labeler.load(model, taxonomy=Taxonomy.load(actors)).label("موسكو أدانت تدخل واشنطن.")
for sentence in article.sentences:
    print(*sentence.frames, *(f"{m.actor}:{m.stance}:{m.holder}" for m in sentence.mentions))
run(InferSettings(paths=(news,), out=out, model=model, taxonomy=actors, quiet=True))
"""


def test_the_saved_folder_labels_text_and_folders_with_nothing_that_trains(tmp_path: Path) -> None:
    model, actors, news, out = (tmp_path / name for name in ("model", "actors.yaml", "news", "out"))
    sentences = [s for article in small_articles() for s in article.sentences]
    fit_linear(sentences, FRAMES, name="two verbs").save(model)
    actors.write_text(ACTORS, encoding="utf-8")
    news.mkdir()
    (news / "a.txt").write_text("خلاف قديم بين الدول\n\nموسكو أدانت تدخل واشنطن في البلاد.\n", encoding="utf-8")
    places = [str(place) for place in (model, actors, news, out)]
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *places], capture_output=True, text=True, encoding="utf-8", cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["interference russia:neutral:None usa:against:russia"]
    assert '"name": "two verbs"' in (out / "run.json").read_text(encoding="utf-8")
    assert '"against"' in (out / "articles" / "000001.jsonl").read_text(encoding="utf-8")
