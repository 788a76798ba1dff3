"""Words are hidden one at a time, and a weight is what the decision loses: by models that can be foretold."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from zawiya import explaining
from zawiya.backends import Backend
from zawiya.bundle import Bundle
from zawiya.decoding import sigmoid
from zawiya.errors import ZawiyaError
from zawiya.explaining import Decision, Explanation, decisions_of, explain, hiding_id
from zawiya.inputs import Encoder, collate
from zawiya.linear import LinearModel
from zawiya.prediction import EncoderJudge
from zawiya.records import Mention, Sentence

from .conftest import WordBackend

MakeSentence = Callable[..., Sentence]


@pytest.fixture
def judge(bundle: Bundle, encoder: Encoder, word_backend: WordBackend) -> EncoderJudge:
    """Blame behind «أدانت», frames by their own words."""
    return EncoderJudge(bundle, encoder, word_backend)


def weights(explanation: Explanation) -> dict[str, float]:
    return {weight.text: round(weight.weight, 2) for weight in explanation.weights}


def test_the_word_that_decides_has_the_weight_of_the_decision(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    sentence = make_sentence("في طهران أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), start=50)
    [stance, frame] = explain(
        judge, [Decision(sentence, sentence.mentions[0]), Decision(sentence, frame="interference")]
    )
    assert (stance.label, frame.label) == ("against", "interference")
    assert stance.score == pytest.approx(1, abs=1e-3)
    assert weights(stance) == {"في": 0, "طهران": 0, "أدانت": 1, "موسكو": 0, "تدخل": 0, "واشنطن": 0}
    assert weights(frame) == {"في": 0, "طهران": 0, "أدانت": 0, "موسكو": 0, "تدخل": 1, "واشنطن": 0}


def test_a_word_that_speaks_against_the_decision_is_below_zero(
    judge: EncoderJudge, make_sentence: MakeSentence
) -> None:
    # the model looks for praise first, so praise is what keeps the blame from being seen
    sentence = make_sentence("أدانت و أشادت موسكو", ("russia", "موسكو"))
    asked = replace(sentence, mentions=(replace(sentence.mentions[0], stance="against"),))
    [found] = explain(judge, [Decision(asked, asked.mentions[0])])
    assert found.label == "against"
    assert weights(found) == {"أدانت": 0, "و": 0, "أشادت": -1, "موسكو": 0}
    assert [weight.text for weight in found.strongest(1)] == ["أشادت"]


def test_words_of_the_target_say_so(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    sentence = make_sentence("أدانت وزارة إيران تدخل واشنطن", ("iran", "وزارة إيران"))
    [stance, frame] = explain(
        judge, [Decision(sentence, sentence.mentions[0]), Decision(sentence, frame="interference")]
    )
    assert [weight.text for weight in stance.weights if weight.target] == ["وزارة", "إيران"]
    assert not any(weight.target for weight in frame.weights)


def test_a_hidden_target_is_still_where_it_was(
    bundle: Bundle, torch_backend: Backend, encoder: Encoder, make_sentence: MakeSentence
) -> None:
    # two targets whose words are both hidden would be one and the same if their places were lost
    sentence = make_sentence("إيران في موسكو", ("iran", "إيران"), ("russia", "موسكو"))
    judge = EncoderJudge(bundle, encoder, torch_backend)
    first, second = explain(judge, [Decision(sentence, mention) for mention in sentence.mentions])
    without = [e.score - e.weights[0].weight for e in (first, second)]
    assert without[0] != pytest.approx(without[1], abs=1e-4)


def test_offsets_slice_the_article(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    article = "قيل أمس. «أَدانت» موسكـو تدخل واشنطن!"
    sentence = make_sentence(article[9:], ("usa", "واشنطن"), start=9)
    [found] = explain(judge, [Decision(sentence, sentence.mentions[0])])
    assert [article[w.start : w.end] for w in found.weights] == [w.text for w in found.weights]
    assert [w.text for w in found.weights] == ["أَدانت", "موسكـو", "تدخل", "واشنطن"]


def test_the_score_is_the_one_that_labelling_gives(
    bundle: Bundle, torch_backend: Backend, encoder: Encoder, make_sentence: MakeSentence
) -> None:
    judge = EncoderJudge(bundle, encoder, torch_backend)
    sentence = make_sentence("أدانت إيران تدخل واشنطن", ("iran", "إيران"), ("usa", "واشنطن"))
    [labelled] = judge.label([sentence], gold=True)
    for place, mention in enumerate(labelled.mentions):
        [found] = explain(judge, [Decision(labelled, mention)])
        assert (found.label, found.score) == (mention.stance, pytest.approx(mention.score, abs=1e-4))
        # of a sentence that is not labelled yet the model's own stance is explained
        [other] = explain(judge, [Decision(sentence, sentence.mentions[place])])
        assert (other.label, other.score) == (mention.stance, pytest.approx(mention.score, abs=1e-4))


def test_a_weight_is_the_probability_less_that_of_the_sentence_with_a_mask(
    bundle: Bundle, torch_backend: Backend, encoder: Encoder, make_sentence: MakeSentence
) -> None:
    judge = EncoderJudge(bundle, encoder, torch_backend)
    sentence = make_sentence("في قلب طهران")
    [found] = explain(judge, [Decision(sentence, frame="diplomacy")])
    [window] = encoder.encode([sentence])
    mask = encoder.tokenizer.token_to_id("[MASK]")
    # [CLS], one piece, three of one letter each, one piece, [SEP]
    assert len(window.ids) == 7
    without = [
        replace(window, ids=(*window.ids[:first], *[mask] * (last - first), *window.ids[last:]))
        for first, last in ((1, 2), (2, 5), (5, 6))
    ]
    logits = torch_backend.run(collate(without, pad_id=encoder.pad_id)).frames[:, 1]
    assert [found.score - w.weight for w in found.weights] == pytest.approx(sigmoid(logits).tolist(), abs=1e-4)


def test_an_appended_target_is_explained_by_the_sentence(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    text = "أدانت موسكو اللقاح"
    topic = Mention("vaccine", len(text), len(text), "سلامة اللقاح")
    sentence = replace(make_sentence(text, ("russia", "موسكو")), mentions=(topic,))
    [found] = explain(judge, [Decision(sentence, topic)])
    assert weights(found) == {"أدانت": 1, "موسكو": 0, "اللقاح": 0}
    assert not any(weight.target for weight in found.weights)


def test_of_a_sentence_of_many_windows_each_word_counts_where_it_is_seen(
    judge: EncoderJudge, make_sentence: MakeSentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = make_sentence(f"أدانت موسكو {'بلد ' * 40} محادثات", ("russia", "موسكو"))
    windows = len(judge.encoder.encode([sentence]))
    assert windows > 3
    read: list[int] = []
    real = explaining.score_windows
    monkeypatch.setattr(
        explaining, "score_windows", lambda found, **rest: read.append(len(found)) or real(found, **rest)
    )
    stance, frame = explain(judge, [Decision(sentence, sentence.mentions[0]), Decision(sentence, frame="diplomacy")])
    assert {w.text for w in stance.weights if w.weight > 0.5} == {"أدانت"}
    assert {w.text for w in frame.weights if w.weight > 0.5} == {"محادثات"}
    # those that do not show the hidden word are not read again
    assert sum(read) < windows * len(stance.weights) / 2


def test_decisions_come_back_in_their_order_whatever_the_groups(
    bundle: Bundle,
    torch_backend: Backend,
    encoder: Encoder,
    make_sentence: MakeSentence,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judge = EncoderJudge(bundle, encoder, torch_backend)
    one = make_sentence("أدانت موسكو تدخل واشنطن", ("russia", "موسكو"), ("usa", "واشنطن"))
    two = make_sentence("محادثات في طهران", ("iran", "طهران"), start=30)
    asked = [
        Decision(two, frame="diplomacy"),
        Decision(one, one.mentions[1]),
        Decision(two, two.mentions[0]),
        Decision(one, one.mentions[0]),
    ]
    together = explain(judge, asked)
    assert [(e.sentence, e.mention, e.frame) for e in together] == [(d.sentence, d.mention, d.frame) for d in asked]
    monkeypatch.setattr(explaining, "GROUP", 1)
    alone = [explain(judge, [decision])[0] for decision in asked]
    for group in (alone, explain(judge, asked)):
        for this, other in zip(together, group, strict=True):
            assert this.label == other.label
            assert [w.weight for w in this.weights] == pytest.approx([w.weight for w in other.weights], abs=1e-4)


def test_many_sentences_share_batches(
    judge: EncoderJudge, word_backend: WordBackend, make_sentence: MakeSentence
) -> None:
    sentences = [make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), start=40 * n) for n in range(20)]
    explain(judge, [Decision(sentence, sentence.mentions[0]) for sentence in sentences])
    assert word_backend.batches < 20


def test_a_model_of_word_weights_reads_the_sentence_without_the_word(
    linear_model: LinearModel, make_sentence: MakeSentence
) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"))
    stance, frame = explain(
        linear_model, [Decision(sentence, sentence.mentions[0]), Decision(sentence, frame="interference")]
    )
    [without] = linear_model.label([make_sentence("      موسكو تدخل واشنطن", ("usa", "واشنطن"))], gold=True)
    assert stance.label == "against"
    assert stance.weights[0].weight == pytest.approx(stance.score - without.mentions[0].scores["against"])
    assert stance.weights[0].weight > 0.5
    assert {w.text for w in frame.weights if w.weight > 0.5} == {"تدخل"}
    # such a model never sees who the target is
    assert [w.weight for w in stance.weights if w.target] == [0]


def test_a_sentence_without_words_has_no_weights(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    [found] = explain(judge, [Decision(make_sentence("«…» !"), frame="diplomacy")])
    assert found.weights == ()


def test_a_text_without_stops_is_not_explained_word_by_word(
    judge: EncoderJudge, make_sentence: MakeSentence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "MOST_WORDS", 3)
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"))
    [found] = explain(judge, [Decision(sentence, sentence.mentions[0])])
    assert (found.label, found.weights) == ("against", ())


def test_decisions_are_stances_that_are_not_neutral_and_frames_given(make_sentence: MakeSentence) -> None:
    sentence = make_sentence(
        "أدانت موسكو تدخل واشنطن",
        ("russia", "موسكو", "neutral"),
        ("usa", "واشنطن", "against"),
        frames=("interference",),
    )
    assert decisions_of(sentence) == [
        Decision(sentence, sentence.mentions[1]),
        Decision(sentence, frame="interference"),
    ]
    assert decisions_of(make_sentence("أدانت موسكو", ("russia", "موسكو"))) == []


def test_what_cannot_be_explained_is_named(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"))
    with pytest.raises(ZawiyaError, match=r"a frame of the model 'tiny' \(interference, diplomacy\), found 'economy'"):
        explain(judge, [Decision(sentence, frame="economy")])
    with pytest.raises(ZawiyaError, match="a mention of the sentence at 0, found one of 'iran' at 3"):
        explain(judge, [Decision(sentence, Mention("iran", 3, 5, "لا"))])
    for wrong in (Decision(sentence), Decision(sentence, sentence.mentions[0], "diplomacy")):
        with pytest.raises(ZawiyaError, match="a mention or a frame"):
            explain(judge, [wrong])
    assert explain(judge, []) == []


@pytest.mark.parametrize(
    ("names", "expected"), [(("[UNK]", "[MASK]"), "[MASK]"), (("<unk>", "<mask>"), "<mask>"), (("[UNK]",), "[UNK]")]
)
def test_a_hidden_word_is_the_mask_or_else_unknown(names: tuple[str, ...], expected: str) -> None:
    assert hiding_id(encoder_of(*names)) == encoder_of(*names).tokenizer.token_to_id(expected)


def test_a_tokenizer_that_can_hide_nothing_is_refused() -> None:
    with pytest.raises(ZawiyaError, match="neither a mask nor an unknown piece"):
        hiding_id(encoder_of())


def encoder_of(*names: str) -> Encoder:
    pieces = {name: number for number, name in enumerate(("[PAD]", "[CLS]", "[SEP]", *names))}
    tokenizer = Tokenizer(models.WordPiece(pieces, unk_token=names[0] if names else "[PAD]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return Encoder.of(tokenizer, longest=32)


def test_as_json_has_every_word(judge: EncoderJudge, make_sentence: MakeSentence) -> None:
    sentence = make_sentence("أدانت موسكو", ("russia", "موسكو"), start=4)
    stance, frame = (
        e.as_json()
        for e in explain(judge, [Decision(sentence, sentence.mentions[0]), Decision(sentence, frame="diplomacy")])
    )
    assert (stance["actor"], stance["mention"]["start"], stance["frame"], stance["label"]) == (
        "russia",
        10,
        None,
        "against",
    )
    assert stance["weights"][1] == {"start": 10, "end": 15, "text": "موسكو", "weight": 0.0, "target": True}
    assert (frame["actor"], frame["mention"], frame["frame"]) == (None, None, "diplomacy")


@given(text=st.text(alphabet="بدم ـ.َ\u200f\u00a0«\n\t1a\U0001f600\ud800", max_size=60), first=st.integers(0, 59))
def test_any_text_can_be_explained(
    bundle: Bundle, torch_backend: Backend, encoder: Encoder, linear_model: LinearModel, text: str, first: int
) -> None:
    first = min(first, max(len(text) - 1, 0))
    mention = Mention("usa", 7 + first, 7 + min(first + 3, len(text)), text[first : first + 3])
    sentence = Sentence(7, 7 + len(text), text, mentions=(mention,))
    for judge in (EncoderJudge(bundle, encoder, torch_backend), linear_model):
        for found in explain(judge, [Decision(sentence, mention), Decision(sentence, frame="diplomacy")]):
            assert all(text[w.start - 7 : w.end - 7] == w.text for w in found.weights)
            lost = np.array([found.score - w.weight for w in found.weights])
            assert ((lost >= -1e-6) & (lost <= 1 + 1e-6)).all()
