"""Word weights: what a sentence is to them, the labels they give, and what is said where their file is no model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from zawiya.bundle import FILE, LINEAR_FILE, Bundle
from zawiya.errors import ZawiyaError
from zawiya.linear import LinearModel, grams, sentence_text, target_text
from zawiya.records import Mention, Sentence

from .conftest import scorer

MakeSentence = Callable[..., Sentence]


def ask(sentence: Sentence, name: str) -> Sentence:
    """The sentence with a target that it does not name."""
    appended = Mention("topic", sentence.end, sentence.end, name)
    return replace(sentence, mentions=(*sentence.mentions, appended))


def test_features_are_words_and_pairs_of_neighbours() -> None:
    assert grams("a b  c") == ["a", "b", "c", "a b", "b c"]
    assert grams("a") == ["a"]
    assert grams("") == []


def test_a_target_is_hidden_and_its_neighbours_stand_twice(make_sentence: MakeSentence) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن في إيران", ("usa", "واشنطن"), start=50)
    assert (
        target_text(sentence, sentence.mentions[0]) == "ادانت موسكو تدخل TARGET في ايران <ادانت <موسكو <تدخل >في >ايران"
    )


def test_only_words_near_the_target_stand_twice(make_sentence: MakeSentence) -> None:
    sentence = make_sentence("ا1 ا2 ا3 ا4 ا5 موسكو ب1 ب2 ب3 ب4 ب5", ("russia", "موسكو"))
    near = [word for word in target_text(sentence, sentence.mentions[0]).split() if word[0] in "<>"]
    assert near == ["<ا2", "<ا3", "<ا4", "<ا5", ">ب1", ">ب2", ">ب3", ">ب4"]


def test_the_spelling_of_a_word_is_no_feature(make_sentence: MakeSentence) -> None:
    plain = make_sentence("ادانت موسكو ايران", ("russia", "موسكو"))
    marked = make_sentence("أَدانت موسكو إيــران", ("russia", "موسكو"))
    assert target_text(plain, plain.mentions[0]) == target_text(marked, marked.mentions[0])
    assert sentence_text(plain) == sentence_text(marked) == "ادانت موسكو ايران"


@pytest.mark.parametrize("text", ["أدانت موسكو اللقاح", "أدانت موسكو اللقاح.", "أدانت موسكو اللقاح "])
def test_an_appended_target_hides_no_word_and_its_name_follows(make_sentence: MakeSentence, text: str) -> None:
    sentence = ask(make_sentence(text, start=7), "سلامة اللقاح")
    assert target_text(sentence, sentence.mentions[0]) == "ادانت موسكو اللقاح TARGET ?سلامه ?اللقاح"


def test_a_sentence_gets_stances_holders_and_frames(linear_model: LinearModel, make_sentence: MakeSentence) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("russia", "موسكو"), ("usa", "واشنطن"))
    (labelled,) = linear_model.label([sentence])
    assert labelled.frames == ("interference",)
    assert list(labelled.frame_scores) == ["interference", "diplomacy"]
    assert [(m.stance, m.holder) for m in labelled.mentions] == [("against", "usa"), ("against", "russia")]
    for mention in labelled.mentions:
        assert list(mention.scores) == ["favor", "against", "neutral"]
        assert sum(mention.scores.values()) == pytest.approx(1)
        assert mention.score == max(mention.scores.values())
        assert mention.holder_score is not None
        assert 0.5 < mention.holder_score < 1


def test_where_nobody_takes_a_stance_nobody_holds_it(linear_model: LinearModel, make_sentence: MakeSentence) -> None:
    (labelled,) = linear_model.label([make_sentence("موسكو", ("russia", "موسكو"))])
    (mention,) = labelled.mentions
    assert (mention.stance, mention.holder, mention.holder_score) == ("neutral", None, None)


def test_an_actor_that_nobody_names_is_someone_else(linear_model: LinearModel, make_sentence: MakeSentence) -> None:
    (labelled,) = linear_model.label([make_sentence("أدانت موسكو", ("russia", "موسكو"))])
    (mention,) = labelled.mentions
    assert mention.holder == "other"
    # someone else, or an actor that is not there
    other_than_author = np.exp([0, 6]).sum() / np.exp([3, 0, 6]).sum()
    assert mention.holder_score == pytest.approx(other_than_author)


def test_a_target_that_the_sentence_does_not_name_holds_nothing(
    linear_model: LinearModel, make_sentence: MakeSentence
) -> None:
    (labelled,) = linear_model.label([ask(make_sentence("أدانت موسكو", ("russia", "موسكو")), "اللقاح")])
    assert [(m.actor, m.stance, m.holder) for m in labelled.mentions] == [
        ("russia", "against", "other"),
        ("topic", "against", "author"),
    ]


def test_an_actor_has_one_row_unless_every_mention_is_asked_for(
    linear_model: LinearModel, make_sentence: MakeSentence
) -> None:
    sentence = make_sentence("أدانت موسكو تدخل روسيا", ("russia", "موسكو"), ("russia", "روسيا"))
    assert len(linear_model.label([sentence])[0].mentions) == 1
    (kept,) = linear_model.label([sentence], gold=True)
    assert [(m.start, m.end) for m in kept.mentions] == [(m.start, m.end) for m in sentence.mentions]


def test_labels_do_not_depend_on_what_the_sentence_carried(
    linear_model: LinearModel, make_sentence: MakeSentence
) -> None:
    plain = make_sentence("أدانت موسكو واشنطن", ("russia", "موسكو"), ("usa", "واشنطن"))
    marked = make_sentence(
        "أدانت موسكو واشنطن", ("russia", "موسكو", "favor", "other"), ("usa", "واشنطن"), frames=("x",)
    )
    assert linear_model.label([plain]) == linear_model.label([marked])


@pytest.mark.parametrize("text", ["", " ", "...", "كلمة", "hello 😀"])
def test_texts_of_unknown_words_get_the_commonest_labels(
    linear_model: LinearModel, make_sentence: MakeSentence, text: str
) -> None:
    (labelled,) = linear_model.label([ask(make_sentence(text), "...")])
    assert labelled.mentions[0].scores["neutral"] == pytest.approx(np.exp(3) / (2 + np.exp(3)))
    assert labelled.frames == ()


def test_no_sentences_are_no_labels(linear_model: LinearModel) -> None:
    assert linear_model.label([]) == []


def test_what_is_saved_is_loaded(tmp_path: Path, linear_model: LinearModel, make_sentence: MakeSentence) -> None:
    folder = tmp_path / "runs" / "words"
    linear_model.save(folder)
    loaded = LinearModel.load(folder)
    assert (loaded.name, loaded.frames) == (linear_model.name, linear_model.frames)
    sentences = [
        make_sentence("أدانت موسكو تدخل واشنطن", ("russia", "موسكو"), ("usa", "واشنطن")),
        make_sentence("أشادت طهران بمحادثات", ("iran", "طهران")),
    ]
    assert loaded.label(sentences) == linear_model.label(sentences)


def test_whoever_may_read_the_folder_may_read_the_weights(tmp_path: Path, linear_model: LinearModel) -> None:
    linear_model.save(tmp_path)
    assert (tmp_path / LINEAR_FILE).stat().st_mode == (tmp_path / FILE).stat().st_mode


def test_a_model_without_frames_or_words_is_saved_like_any_other(tmp_path: Path, make_sentence: MakeSentence) -> None:
    empty = scorer((), [], [0, 0, 1])
    LinearModel("empty", (), stance=empty, holder=empty, frame=scorer((), [], [])).save(tmp_path)
    (labelled,) = LinearModel.load(tmp_path).label([make_sentence("أدانت موسكو", ("russia", "موسكو"))])
    assert labelled.mentions[0].stance == "neutral"
    assert (labelled.frames, labelled.frame_scores) == ((), {})


def spoil(folder: Path, **changes: np.ndarray | None) -> None:
    """The model of a folder with tensors changed or, where None is given, removed; ``__`` stands for the dot."""
    tensors = load_file(folder / LINEAR_FILE)
    tensors |= {name.replace("__", "."): values for name, values in changes.items()}
    (folder / LINEAR_FILE).write_bytes(save({name: values for name, values in tensors.items() if values is not None}))


def utf8(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8"), dtype=np.uint8)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"stance__idf": None}, r"`stance\.idf`: expected float32 \[2\], found none"),
        ({"stance__vocabulary": None}, r"`stance\.vocabulary`: expected bytes, found none"),
        ({"stance__vocabulary": utf8("ادانت")}, r"`stance\.idf`: expected float32 \[1\], found float32 \[2\]"),
        ({"stance__vocabulary": utf8("ادانت\nادانت")}, r"`stance\.vocabulary`: expected every feature once"),
        ({"stance__vocabulary": np.array([0xFF, 0xFE], dtype=np.uint8)}, r"`stance\.vocabulary`: expected UTF-8"),
        ({"stance__vocabulary": np.ones((2, 2), dtype=np.float32)}, r"expected bytes, found float32 \[2, 2\]"),
        (
            {"holder__bias": np.zeros(2, dtype=np.float32)},
            r"`holder\.bias`: expected float32 \[3\], found float32 \[2\]",
        ),
        ({"holder__bias": np.zeros(3, dtype=np.float64)}, r"expected float32 \[3\], found float64 \[3\]"),
        ({"holder__bias": np.full(3, np.nan, dtype=np.float32)}, r"`holder\.bias`: expected finite numbers"),
        ({"holder__idf": np.zeros(1, dtype=np.float32)}, r"`holder\.idf`: expected numbers above zero"),
        ({"frame__weights": np.zeros((2, 3), dtype=np.float32)}, r"`frame\.weights`: expected float32 \[2, 2\]"),
    ],
)
def test_a_file_whose_parts_do_not_fit_is_refused_by_part(
    tmp_path: Path, linear_model: LinearModel, changes: dict, fault: str
) -> None:
    linear_model.save(tmp_path)
    spoil(tmp_path, **changes)
    with pytest.raises(ZawiyaError, match=rf"linear\.safetensors: .*{fault}.*anew"):
        LinearModel.load(tmp_path)


def test_frames_that_the_weights_do_not_have_are_a_fault(tmp_path: Path, linear_model: LinearModel) -> None:
    linear_model.save(tmp_path)
    Bundle("words", ("interference",), kind="linear").save(tmp_path)
    with pytest.raises(ZawiyaError, match=r"`frame\.weights`: expected float32 \[2, 1\], found float32 \[2, 2\]"):
        LinearModel.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x80\x04pickle", b"\xff" * 64])
def test_garbage_is_reported_by_file(tmp_path: Path, linear_model: LinearModel, content: bytes) -> None:
    linear_model.save(tmp_path)
    (tmp_path / LINEAR_FILE).write_bytes(content)
    with pytest.raises(ZawiyaError, match=r"linear\.safetensors: cannot be read"):
        LinearModel.load(tmp_path)


#: A sound file whose one tensor is of a type that numpy has not.
BFLOAT16 = b'{"stance.bias":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}   '
FOREIGN = len(BFLOAT16).to_bytes(8, "little") + BFLOAT16 + b"\0\0"


def test_numbers_of_a_foreign_type_are_refused(tmp_path: Path, linear_model: LinearModel) -> None:
    linear_model.save(tmp_path)
    (tmp_path / LINEAR_FILE).write_bytes(FOREIGN)
    # another package may have taught numpy the type; then the file lacks its other parts
    with pytest.raises(ZawiyaError, match=r"linear\.safetensors: .*anew"):
        LinearModel.load(tmp_path)


def test_a_folder_without_weights_or_of_another_kind_is_told(tmp_path: Path, bundle: Bundle) -> None:
    Bundle("words", (), kind="linear").save(tmp_path)
    with pytest.raises(ZawiyaError, match=r"expected linear\.safetensors, found none"):
        LinearModel.load(tmp_path)
    bundle.save(tmp_path)
    with pytest.raises(ZawiyaError, match="expected a linear model, found kind 'encoder'"):
        LinearModel.load(tmp_path)
