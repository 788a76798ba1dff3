"""Targets that a sentence does not name stand behind it, in every window that it is read in."""

from hypothesis import given
from hypothesis import strategies as st

from zawiya.inputs import Encoder
from zawiya.records import Mention, Sentence

#: «بلد» repeated: three letters a time, three pieces.
LONG = " ".join(["بلد"] * 60)


def asked(text: str, *names: str) -> Sentence:
    """A sentence asked about targets that it does not name."""
    end = len(text)
    return Sentence(0, end, text, mentions=tuple(Mention(f"t{n}", end, end, name) for n, name in enumerate(names)))


def pieces_of(encoder: Encoder, text: str) -> tuple[int, ...]:
    return tuple(encoder.tokenizer.encode(text, add_special_tokens=False).ids)


def test_an_appended_target_stands_behind_the_sentence_between_separators(encoder: Encoder) -> None:
    (only,) = encoder.encode([asked("أدانت تدخل", "واشنطن", "بلد")])
    cls, sep = encoder.cls_id, encoder.sep_id
    verb, noun = pieces_of(encoder, "أدانت تدخل")
    (name,) = pieces_of(encoder, "واشنطن")
    assert only.ids == (cls, verb, noun, sep, name, sep, *pieces_of(encoder, "بلد"), sep)
    assert (only.targets, only.mentions, only.clipped) == (((4, 5), (6, 9)), (0, 1), 0)


def test_a_named_and_an_appended_target_are_read_in_one_window(encoder: Encoder) -> None:
    sentence = Sentence(
        0, 11, "تدخل واشنطن", mentions=(Mention("talks", 11, 11, "محادثات"), Mention("usa", 5, 11, "واشنطن"))
    )
    (only,) = encoder.encode([sentence])
    # what the sentence names comes first
    assert (only.mentions, only.targets) == ((1, 0), ((2, 3), (4, 5)))


def test_an_appended_target_is_in_every_window_of_a_long_sentence_and_a_named_one_in_one(encoder: Encoder) -> None:
    mentions = (Mention("iran", 0, 3, "بلد"), Mention("talks", len(LONG), len(LONG), "محادثات"))
    windows = encoder.encode([Sentence(0, len(LONG), LONG, mentions=mentions)])
    assert len(windows) > 2
    assert [0 in w.mentions for w in windows] == [True] + [False] * (len(windows) - 1)
    for w in windows:
        assert w.mentions[-1] == 1
        first, last = w.targets[-1]
        assert w.ids[first - 1 :] == (encoder.sep_id, *pieces_of(encoder, "محادثات"), encoder.sep_id)
        assert (last, len(w.ids) <= encoder.longest, w.clipped) == (len(w.ids) - 1, True, 0)


def test_a_name_longer_than_half_a_window_is_clipped_and_counted(encoder: Encoder) -> None:
    half = encoder.longest // 2
    name = "ب" * (half + 5)
    (only,) = encoder.encode([asked("تدخل", name)])
    assert only.clipped == 1
    assert only.ids[only.targets[0][0] : only.targets[0][1]] == pieces_of(encoder, name)[: half - 1]
    # as much as fits is not
    (only,) = encoder.encode([asked("تدخل", "ب" * (half - 1))])
    assert (only.clipped, only.targets[0][1] - only.targets[0][0]) == (0, half - 1)


def test_names_too_many_for_one_window_are_asked_about_in_further_ones(encoder: Encoder) -> None:
    sentence = Sentence(0, 4, "تدخل", mentions=(Mention("n", 0, 4, "تدخل"), *asked("تدخل", *["بلد"] * 9).mentions))
    windows = encoder.encode([sentence])
    assert len(windows) > 1
    assert sorted(number for w in windows for number in w.mentions) == list(range(10))
    assert all(w.sentence == 0 and w.clipped == 0 for w in windows)


@given(st.integers(0, 60), st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_whatever_is_appended_every_window_keeps_to_its_length_and_shows_the_sentence(
    encoder: Encoder, words: int, names: list[int]
) -> None:
    text = " ".join(["بلد"] * words)
    windows = encoder.encode([asked(text, *("ب" * letters for letters in names))])
    assert {number for w in windows for number in w.mentions} == set(range(len(names)))
    for w in windows:
        assert len(w.ids) <= encoder.longest
        assert all(1 <= first < last < len(w.ids) for first, last in w.targets)
        # half of a window is the sentence's, where it is so long
        behind = w.targets[0][0] - 2
        assert behind >= min(len(pieces_of(encoder, text)), encoder.longest // 2 - 2)
    clipped = sum(letters > encoder.longest // 2 - 1 for letters in names)
    assert (sum(w.clipped for w in windows) >= clipped) and (clipped > 0) == any(w.clipped for w in windows)
