"""Actors in one sentence: spellings, clitics, longest names, offices, context."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.actors import lexicon as lexicon_module
from zawiya.actors.lexicon import compile_lexicon
from zawiya.actors.matcher import Surroundings, match
from zawiya.arabic import words


def pairs(mentions):
    return [(m.actor, m.text) for m in mentions]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("قالت موسكو إنها مستعدة", "موسكو"),
        ("وموسكو مستعدة", "موسكو"),  # and Moscow
        ("فبموسكو بدأ اللقاء", "موسكو"),  # so in Moscow
        ("قال للسعودية كلمة", "سعودية"),  # to Saudi Arabia: the surface starts behind both letters
        ("كالسعودية تماما", "السعودية"),  # like Saudi Arabia
        ("مع روســيا", "روســيا"),  # tatweel
        ("مع رُوسِيَا", "رُوسِيَا"),  # vowelled
        ("مع ﺭﻭﺳﻴﺎ", "ﺭﻭﺳﻴﺎ"),  # presentation forms
        ("مع رو\u200bسيا", "رو\u200bسيا"),  # a zero-width space inside
        ("مع \u202bروسيا\u202c", "روسيا"),  # bidi embedding around
        ("ﻻ تعرف روسيا", "روسيا"),  # a ligature before it shifts nothing
    ],
)
def test_finds_a_name_through_clitics_and_spellings(find, text, surface):
    [mentions] = find(text)
    assert [m.text for m in mentions] == [surface]


def test_a_noun_that_begins_with_lam_shares_it_with_the_article(find):
    assert pairs(find("قدمت المساعدة للاجئين")[0]) == [("refugees", "لاجئين")]


@pytest.mark.parametrize("form", ["روسي", "روسية", "الروسية", "روسيون", "الروسيين", "الروسيتين", "روسيا"])
def test_knows_the_forms_of_an_adjective(find, form):
    assert [m.actor for m in find(f"تحدث {form} أمس")[0]] == ["russia"]


def test_prefers_the_longest_name(find):
    assert pairs(find("في روسيا الاتحادية أمس")[0]) == [("russia", "روسيا الاتحادية")]


def test_a_name_inside_a_phrase_that_names_no_actor_is_hidden(find):
    assert find("أعلن المرصد الروسي لحقوق الإنسان ذلك")[0] == []


def test_an_adjective_of_an_unpolitical_noun_is_no_actor(find):
    assert find("فاز الفريق في الدوري الروسي أمس")[0] == []


def test_the_office_before_a_name_belongs_to_the_mention(find):
    assert pairs(find("وصل وزير الخارجية الروسي إلى المدينة")[0]) == [("russia", "وزير الخارجية الروسي")]


def test_an_office_with_a_conjunction_begins_the_mention_behind_it(find):
    assert pairs(find("وصل الوفد ووزير الخارجية الروسي")[0]) == [("russia", "وزير الخارجية الروسي")]


def test_an_office_does_not_reach_into_the_mention_before_it(find):
    found = pairs(find("التقى الرئيس الروسي وزير الخارجية السعودي")[0])
    assert found == [("russia", "الرئيس الروسي"), ("saudi_arabia", "وزير الخارجية السعودي")]


def test_words_of_a_name_may_stand_apart_by_a_hyphen_but_not_by_a_stop(find):
    assert [m.actor for m in find("قالت حركة - حماس إنها")[0]] == ["hamas"]
    assert pairs(find("هذه حركة. حماس تنفي")[0]) == [("hamas", "حماس")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("أرسلت القوات إلى مالي في الساحل", ["mali"]),  # evidence near by
        ("مالي وبوركينا", ["mali"]),  # evidence right behind
        ("قدم البنك دعم مالي للمزارعين", []),  # financial support
        ("واجهت الشركة ضغط مالي", []),  # nothing speaks for the state
        ("تحدثت حماس أمس", ["hamas"]),
        ("استقبلهم الناس بحماس كبير", []),  # with great enthusiasm
    ],
)
def test_an_ambiguous_name_is_decided_by_context(find, text, found):
    assert [m.actor for m in find(text)[0]] == found


def test_a_sure_name_decides_later_ambiguous_ones(find):
    first, second = find("أعلنت باماكو موقفها.", "وتواجه مالي ضغوطا.")
    assert [m.actor for m in first] == [m.actor for m in second] == ["mali"]


@pytest.mark.parametrize(
    ("date", "actor"),
    [
        ("2023-05-01", "hts"),
        ("2025-03-01", "syria"),
        (None, "syria"),
        ("2010-01-01", None),
        ("3 مايو 2018", "hts"),
        ("قريبا", "syria"),
    ],
)
def test_a_person_stands_for_the_actor_of_the_time(find, date, actor):
    assert [m.actor for m in find("صرح أحمد الشرع بذلك", date=date)[0]] == ([actor] if actor else [])


LEXICON_LETTERS = st.text(alphabet="ابتحروسيمكلفونةىء ال،.؟\n\u0640\u064e\u200fحماس", max_size=200)


@settings(deadline=None)
@given(LEXICON_LETTERS)
def test_matches_never_overlap_and_always_slice_the_text(world, text):
    lexicon = compile_lexicon(world)
    found = words(text)
    matches = match(text, found, lexicon.among(found), lexicon, Surroundings())
    for found in matches:
        assert 0 <= found.start < found.end <= len(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(matches))


def test_evidence_for_a_name_is_another_word_of_the_sentence(find):
    assert find("مالي مالي")[0] == []
    assert [m.actor for m in find("مالي كلمة مالي كلمة الساحل")[0]] == ["mali", "mali"]
    assert [m.actor for m in find("والساحل كلمة مالي")[0]] == ["mali"]


def test_a_thousand_ambiguous_names_each_ask_for_the_same_evidence(find):
    # read once for the sentence: a thousand times a thousand words would take minutes
    assert len(find("مالي كلمة " * 5000 + "الساحل")[0]) == 5000


def test_what_is_remembered_of_words_is_bounded(world, monkeypatch):
    monkeypatch.setattr(lexicon_module, "_MOST_WORDS", 3)
    lexicon = compile_lexicon(world)
    for word in ("ا", "روسيا", "ب", "وروسيا", "ج", "د", "هنا" * 100):
        assert (lexicon.known[word] is None) == ("روسيا" not in word)
    assert len(lexicon.known) <= 3
    assert all(len(word) < 100 for word in lexicon.known)


def test_a_lexicon_knows_a_word_through_its_clitics(world):
    known = compile_lexicon(world).known
    movement, government, said = known["وحركه"], known["والحكومه"], known["قالت"]
    assert movement is not None
    assert movement.alone == ()
    assert [(clitics, entry.actor) for clitics, entry in movement.longer["حماس"]] == [(1, "hamas")]
    assert (movement.office, movement.description) == (None, None)
    assert government is not None
    assert (government.office, government.alone, government.longer) == (1, (), {})
    assert said is None
