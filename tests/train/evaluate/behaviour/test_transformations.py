"""Changes that must not change a label: what they make of a text, and what of it stays as it was."""

import unicodedata
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.arabic import fold
from zawiya.records import Mention, Sentence
from zawiya.train.evaluate.behaviour.cases import Checklist, NameGroup
from zawiya.train.evaluate.behaviour.transformations import (
    Transformation,
    bidi_marks,
    diacritics,
    edited,
    hamza,
    joined,
    masked,
    presentation_forms,
    quotation_marks,
    swapped,
    tatweel,
    transformations,
    yeh,
)

CAPITALS = NameGroup(
    "capitals",
    {"موسكو": "russia", "واشنطن": "usa", "طهران": "iran", "بكين": "china", "باريس": "france"},
    ("زلماطة", "نوزيمة"),
)
STATES = NameGroup("states", {"روسيا": "russia", "إيران": "iran", "مصر": "egypt"}, ("درنوسيا",))
FILLERS = ("أمطار خفيفة.", "معرض للخط.", "نفق مغلق.")
CHECKLIST = Checklist((), (CAPITALS, STATES), FILLERS)
#: Those that spell the same words otherwise.
SPELLINGS = (hamza, diacritics, tatweel, yeh, presentation_forms, bidi_marks)
ALL = transformations(CHECKLIST)

Change = Callable[[Sentence], list[Sentence]]


def plain(text: str) -> Sentence:
    """A sentence that names nobody."""
    return Sentence(0, len(text), text)


def texts(change: Change, text: str) -> list[str]:
    return [sentence.text for sentence in change(plain(text))]


def naming(text: str, *rows: tuple[str, str], start: int = 0) -> Sentence:
    """A sentence that names actors, each by a surface that stands once in it."""
    places = [(actor, start + text.index(surface), surface) for actor, surface in rows]
    mentions = tuple(Mention(actor, at, at + len(surface), surface, "neutral") for actor, at, surface in places)
    return Sentence(start, start + len(text), text, mentions=mentions)


#: Everything that an Arabic sentence is made of, and some of what it is not.
LETTERS = st.sampled_from(
    [*"ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱپڤگی", *"ًٌٍَُِّْـ", *"   ،.؟:«»“”\"'()", *"0٣٤aBé", "\u200f", "\ufefb"]
)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """A sentence somewhere in an article, with mentions that do not overlap."""
    text = draw(st.one_of(st.text(LETTERS, max_size=40), st.text(max_size=20)))
    start = draw(st.sampled_from([0, 7]))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    spans = [span for span in pairwise(cuts) if draw(st.booleans())]
    mentions = [
        Mention(f"a{number}", start + first, start + last, text[first:last], "against", "author")
        for number, (first, last) in enumerate(spans)
    ]
    return Sentence(start, start + len(text), text, "title", tuple(mentions), ("diplomacy",))


@st.composite
def about_known(draw: st.DrawFn) -> Sentence:
    """A sentence of which every word is a name of the lists or a verb, and every name is an actor's."""
    names = {name: actor for group in (CAPITALS, STATES) for name, actor in group.names.items()}
    chosen = draw(st.lists(st.sampled_from(sorted(names)), unique_by=names.__getitem__, min_size=1, max_size=4))
    clitics = draw(st.lists(st.sampled_from(["", "و", "ب"]), min_size=len(chosen), max_size=len(chosen)))
    text = " أدانت ".join(clitic + name for clitic, name in zip(clitics, chosen, strict=True))
    return naming(text, *((names[name], name) for name in chosen))


def test_what_replaces_a_text_moves_the_mentions_behind_it() -> None:
    sentence = naming("قالت موسكو إن طهران", ("russia", "موسكو"), ("iran", "طهران"), start=100)
    changed = edited(sentence, [(0, 4, "صرحت الناطقة:"), (5, 10, "بكين")])
    assert changed.text == "صرحت الناطقة: بكين إن طهران"
    assert [(m.actor, m.start, m.end, m.text) for m in changed.mentions] == [
        ("russia", 14, 18, "بكين"),
        ("iran", 22, 27, "طهران"),
    ]
    assert (changed.start, changed.end) == (0, 27)


def test_what_is_put_in_at_an_end_of_a_mention_stands_outside_it() -> None:
    sentence = naming("موسكو", ("russia", "موسكو"))
    changed = edited(sentence, [(0, 0, "<"), (5, 5, ">")])
    assert changed.text == "<موسكو>"
    assert [m.text for m in changed.mentions] == ["موسكو"]


def test_between_two_mentions_that_touch_it_stands_in_neither() -> None:
    changed = edited(naming("موسكوطهران", ("russia", "موسكو"), ("iran", "طهران")), [(5, 5, "-")])
    assert changed.text == "موسكو-طهران"
    assert [m.text for m in changed.mentions] == ["موسكو", "طهران"]


def test_without_an_edit_a_sentence_only_moves_to_the_beginning() -> None:
    sentence = naming("قالت موسكو", ("russia", "موسكو"), start=9)
    assert edited(sentence, []) == naming("قالت موسكو", ("russia", "موسكو"))


@given(sentences())
def test_after_every_change_each_mention_is_the_text_at_its_place(sentence: Sentence) -> None:
    for transformation in ALL:
        for form in transformation.forms(sentence):
            assert (form.start, form.end) == (0, len(form.text))
            assert [form.text[m.start : m.end] for m in form.mentions] == [m.text for m in form.mentions]
            assert all(one.end <= other.start for one, other in pairwise(form.mentions))


@given(sentences())
def test_no_change_touches_a_label(sentence: Sentence) -> None:
    for transformation in ALL:
        for form in transformation.forms(sentence):
            assert [(m.stance, m.holder) for m in form.mentions] == [(m.stance, m.holder) for m in sentence.mentions]
            assert (form.role, form.frames) == (sentence.role, sentence.frames)


@pytest.mark.parametrize("change", SPELLINGS)
@given(sentence=sentences())
def test_another_spelling_is_the_same_text_once_it_is_folded(change: Change, sentence: Sentence) -> None:
    for form in change(sentence):
        assert fold(form.text) == fold(sentence.text)
        assert [fold(m.text) for m in form.mentions] == [fold(m.text) for m in sentence.mentions]


@given(sentences())
def test_what_is_given_back_differs_from_what_was_there(sentence: Sentence) -> None:
    for transformation in ALL:
        assert sentence.text not in [form.text for form in transformation.forms(sentence)]


@given(sentences())
def test_nothing_is_drawn_at_random(sentence: Sentence) -> None:
    for transformation in ALL:
        assert transformation.forms(sentence) == transformation.forms(sentence)


@given(sentences())
def test_nothing_is_taken_out_by_marks_and_company(sentence: Sentence) -> None:
    for change in (diacritics, tatweel, bidi_marks, lambda s: joined(s, FILLERS)):
        for form in change(sentence):
            letters = iter(form.text)
            # each character is found behind the one before it
            assert all(character in letters for character in sentence.text)


def test_alif_loses_its_hamza_and_other_seats_keep_theirs() -> None:
    assert texts(hamza, "أدانت إيران الآن رئيس المؤتمر") == ["ادانت ايران الان رئيس المؤتمر"]


def test_yeh_loses_its_points_at_the_end_of_words_only() -> None:
    assert texts(yeh, "في الحربي، ليبيا (علي)") == ["فى الحربى، ليبيا (على)"]


def test_a_mark_on_yeh_does_not_end_a_word() -> None:
    assert texts(yeh, "الحربيّ مسيّرة") == ["الحربىّ مسيّرة"]
    assert texts(yeh, "مسيّرة") == []


def test_vowel_marks_come_behind_every_second_place() -> None:
    # of موسكو the second and the fourth letter, at places 1 and 3; ُ and ّ are the marks of those places
    assert texts(diacritics, "موسكو") == ["موُسكّو"]


def test_a_letter_that_has_a_mark_gets_no_second_one() -> None:
    assert texts(diacritics, "بمَ") == []


def test_each_word_is_drawn_out_once_where_its_letters_join() -> None:
    # ا and و do not join what follows, م and ل do; دار has no place at all
    assert texts(tatweel, "موسكو دار السلام") == ["مــوسكو دار الــسلام"]


def test_a_mark_does_not_make_two_words_of_one_and_is_not_carried_off() -> None:
    assert texts(tatweel, "متّهم") == ["مــتّهم"]
    assert texts(tatweel, "مّتهم") == ["مّتــهم"]


def test_letters_take_the_shapes_that_they_have_in_their_word() -> None:
    [shaped] = texts(presentation_forms, "بيت دار")
    names = [unicodedata.name(letter).removeprefix("ARABIC LETTER ") for letter in shaped if letter != " "]
    assert names == [
        "BEH INITIAL FORM",
        "YEH MEDIAL FORM",
        "TEH FINAL FORM",
        "DAL ISOLATED FORM",
        "ALEF ISOLATED FORM",
        "REH ISOLATED FORM",
    ]


def test_a_mark_between_two_letters_does_not_part_them() -> None:
    [bare], [marked] = texts(presentation_forms, "مسيرة"), texts(presentation_forms, "مسيّرة")
    assert marked.replace("ّ", "") == bare


@given(st.text(LETTERS.filter(lambda letter: letter != "\ufefb"), max_size=40))
def test_shapes_are_undone_by_unicodes_own_normal_form(text: str) -> None:
    for shaped in texts(presentation_forms, text):
        assert unicodedata.normalize("NFKC", shaped) == unicodedata.normalize("NFKC", text)


def test_direction_marks_stand_around_sentence_and_mentions_and_behind_every_third_word() -> None:
    sentence = naming("قال ناطق باسم موسكو أمس", ("russia", "موسكو"))
    [form] = bidi_marks(sentence)
    assert form.text == "\u202bقال ناطق باسم\u200e \u200fموسكو\u200f أمس\u202c"
    assert [m.text for m in form.mentions] == ["موسكو"]


def test_direction_marks_at_one_place_enclose_each_other() -> None:
    [form] = bidi_marks(naming("موسكو", ("russia", "موسكو")))
    assert form.text == "\u202b\u200fموسكو\u200f\u202c"


def test_quotation_marks_become_each_other_kind_on_both_sides() -> None:
    assert texts(quotation_marks, "قال «نعم» و«لا»") == [
        "قال “نعم” و“لا”",
        'قال "نعم" و"لا"',
        "قال „نعم“ و„لا“",
        "قال ‹نعم› و‹لا›",
        "قال ‘نعم’ و‘لا’",
        "قال ((نعم)) و((لا))",
    ]


def test_an_unrelated_sentence_comes_behind() -> None:
    sentence = naming("أدانت موسكو التدخل.", ("russia", "موسكو"))
    [form] = joined(sentence, FILLERS)
    assert form.text in [f"{sentence.text} {filler}" for filler in FILLERS]
    assert form.mentions == sentence.mentions


def test_different_sentences_get_different_company() -> None:
    behind = {joined(plain(f"الخبر {number}."), FILLERS)[0].text.partition(". ")[2] for number in range(30)}
    assert behind == set(FILLERS)


def test_another_actor_takes_the_place_and_the_name() -> None:
    sentence = naming("أدانت موسكو تدخل واشنطن.", ("russia", "موسكو"), ("usa", "واشنطن"))
    forms = [(form.text, [m.actor for m in form.mentions]) for form in swapped(sentence, [CAPITALS])]
    # two other names for each; the same ones in every process, or evaluations could not be compared
    assert forms == [
        ("أدانت باريس تدخل واشنطن.", ["france", "usa"]),
        ("أدانت بكين تدخل واشنطن.", ["china", "usa"]),
        ("أدانت موسكو تدخل بكين.", ["russia", "china"]),
        ("أدانت موسكو تدخل طهران.", ["russia", "iran"]),
    ]


@given(about_known())
def test_a_swap_changes_one_name_for_another_of_its_group_and_never_names_an_actor_twice(sentence: Sentence) -> None:
    groups = [CAPITALS, STATES]
    for form in swapped(sentence, groups):
        actors = [m.actor for m in form.mentions]
        assert len(set(actors)) == len(actors) == len(sentence.mentions)
        [(old, new)] = [
            pair for pair in zip(sentence.mentions, form.mentions, strict=True) if pair[0].text != pair[1].text
        ]
        assert new.actor not in {m.actor for m in sentence.mentions}
        [group] = [g for g in groups if old.text in g.names]
        assert group.names[new.text] == new.actor
        assert form.text == sentence.text.replace(old.text, new.text)


@given(about_known())
def test_two_names_are_tried_for_each_mention_where_there_are_two(sentence: Sentence) -> None:
    present = {m.actor for m in sentence.mentions}
    expected = 0
    for m in sentence.mentions:
        [group] = [g for g in (CAPITALS, STATES) if m.text in g.names]
        expected += min(2, len(set(group.names.values()) - present))
    forms = swapped(sentence, [CAPITALS, STATES])
    assert len({form.text for form in forms}) == len(forms) == expected


@given(about_known())
def test_a_mask_is_an_invented_name_and_leaves_the_actor(sentence: Sentence) -> None:
    forms = masked(sentence, [CAPITALS, STATES])
    assert len(forms) == len(sentence.mentions)
    for number, form in enumerate(forms):
        assert [m.actor for m in form.mentions] == [m.actor for m in sentence.mentions]
        changed = [n for n, m in enumerate(form.mentions) if m.text != sentence.mentions[n].text]
        assert changed == [number]
        assert form.mentions[number].text in (*CAPITALS.invented, *STATES.invented)


def test_a_name_of_another_actor_is_not_exchanged() -> None:
    # the capital stands for somebody else here
    assert swapped(naming("في موسكو", ("usa", "موسكو")), [CAPITALS]) == []


def test_a_name_that_stands_twice_is_not_exchanged() -> None:
    sentence = Sentence(0, 11, "موسكو موسكو", mentions=(Mention("russia", 0, 5, "موسكو"),))
    assert swapped(sentence, [CAPITALS]) == masked(sentence, [CAPITALS]) == []


def test_without_another_actor_in_the_group_there_is_no_swap() -> None:
    alone = NameGroup("alone", {"موسكو": "russia", "الكرملين": "russia"})
    sentence = naming("أدانت موسكو", ("russia", "موسكو"))
    assert swapped(sentence, [alone]) == []
    assert masked(sentence, [alone]) == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (hamza, "رئيس المؤتمر"),
        (yeh, "ليبيا"),
        (diacritics, "و 2025"),
        (tatweel, "دار وزارة"),
        (presentation_forms, "2025 a"),
        (quotation_marks, 'قال "نعم"'),
    ],
)
def test_where_there_is_nothing_to_change_there_is_no_form(change: Change, text: str) -> None:
    assert texts(change, text) == []


def test_an_empty_sentence_has_no_letter_to_change() -> None:
    for change in (hamza, yeh, diacritics, tatweel, presentation_forms, quotation_marks):
        assert change(plain("")) == []


def test_without_lists_nothing_is_exchanged_or_added() -> None:
    by_name = {t.name: t for t in transformations(Checklist(()))}
    sentence = naming("أدانت موسكو", ("russia", "موسكو"))
    for name in ("actor swap", "actor masked", "unrelated sentence"):
        assert by_name[name].forms(sentence) == []


def test_each_transformation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    assert len({t.name for t in ALL}) == len(ALL) == 10
    assert all(isinstance(t, Transformation) and t.about for t in ALL)


def test_only_those_that_exchange_names_say_so() -> None:
    assert [t.name for t in ALL if t.renames] == ["actor swap", "actor masked"]
