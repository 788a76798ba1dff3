"""The embedded model: small, whole, described, and better than its baselines or open about it."""

import json

import pytest

from zawiya import Labeler
from zawiya.bundle import Bundle
from zawiya.resources import resource
from zawiya.taxonomy import Taxonomy

FOLDER = resource("models", "default")


@pytest.fixture(scope="module")
def labeler() -> Labeler:
    return Labeler.load()


def test_labels_with_25_megabytes_and_is_gone_on_from_with_60() -> None:
    assert (FOLDER / "model.onnx").stat().st_size < 25_000_000
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 60_000_000


def test_knows_the_frames_of_the_codebook() -> None:
    assert Bundle.load(FOLDER).frames == Taxonomy.load().frame_ids


def test_its_evaluation_is_of_this_very_model_and_holds_no_sentence_of_anyone() -> None:
    from zawiya.bundle import fingerprint
    from zawiya.train.evaluate.records import load

    evaluation = load(FOLDER / "evaluation.json")
    assert evaluation.fingerprint == fingerprint(FOLDER)
    assert {part.name for part in evaluation.parts} >= {"corpus/test", "real/dev"}
    for part in evaluation.parts:
        assert (part.mistakes, part.doubts, part.frame_mistakes, part.leakage.examples) == ((), (), (), ())


def test_beats_its_baselines_or_says_where_it_does_not() -> None:
    test = json.loads((FOLDER / "metrics.json").read_text(encoding="utf-8"))["test"]
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = test["corpus/test"]
    for rival in ("tfidf", "majority"):
        for score in ("stance.macro_f1", "frames.micro_f1"):
            assert rows["model"]["scores"][score] > rows[rival]["scores"][score] or "does not beat" in card


def test_holder_and_stance_of_a_plain_accusation(labeler: Labeler) -> None:
    # The Russian foreign ministry accused Washington of seeking to spread chaos near its borders.
    text = "اتهمت الخارجية الروسية واشنطن بالسعي إلى إشاعة الفوضى قرب حدودها."
    [sentence] = labeler.label(text).sentences
    rows = {mention.actor: mention for mention in sentence.mentions}
    assert set(rows) == {"russia", "usa"}
    assert (rows["usa"].stance, rows["usa"].holder) == ("against", "russia")
    assert all(text[m.start : m.end] == m.text for m in sentence.mentions)
    assert sum(rows["usa"].scores.values()) == pytest.approx(1.0, abs=1e-4)


def test_a_text_without_letters_has_nothing_to_label(labeler: Labeler) -> None:
    assert labeler.label("").sentences == ()
    assert all(not sentence.mentions for sentence in labeler.label("… 123 …").sentences)


def test_articles_come_back_in_their_order(labeler: Labeler) -> None:
    from zawiya import Article

    texts = ["قالت روسيا كلمتها.", "قالت الصين كلمتها.", "لا أحد هنا."]
    labelled = list(labeler.label_articles(Article(id=str(n), text=text) for n, text in enumerate(texts)))
    assert [article.text for article in labelled] == texts
    assert [[m.actor for s in a.sentences for m in s.mentions] for a in labelled] == [["russia"], ["china"], []]
