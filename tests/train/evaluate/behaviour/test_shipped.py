"""The checklist that comes with zawiya: it fits the lists that come with it, and says nothing twice."""

from collections import Counter
from dataclasses import replace

import pytest

from zawiya.actors import ActorFinder
from zawiya.arabic import fold
from zawiya.records import Article, Mention, Sentence
from zawiya.resources import resource
from zawiya.taxonomy import Taxonomy
from zawiya.train.evaluate.behaviour.cases import Checklist, read_checklist
from zawiya.train.evaluate.behaviour.transformations import transformations


@pytest.fixture(scope="module")
def shipped() -> Taxonomy:
    return Taxonomy.load()


@pytest.fixture(scope="module")
def finder(shipped: Taxonomy) -> ActorFinder:
    return ActorFinder(shipped.actors)


@pytest.fixture(scope="module")
def checklist(shipped: Taxonomy) -> Checklist:
    """Read without faults, or no test here runs."""
    folder = resource("data", "behaviour")
    return read_checklist(folder, actors=frozenset(shipped.actor_ids), frames=frozenset(shipped.frame_ids))


@pytest.fixture(scope="module")
def sentences(checklist: Checklist) -> list[Sentence]:
    """Every sentence of every case."""
    return [each.sentence for case in checklist.cases() for each in (case.plain, case.variant) if each]


def found(text: str, finder: ActorFinder) -> tuple[Mention, ...]:
    [sentence] = finder.find(Article("a", text, sentences=(Sentence(0, len(text), text),))).sentences
    return sentence.mentions


def test_it_has_four_hundred_cases_at_least_in_nine_tests(checklist: Checklist) -> None:
    assert len(list(checklist.cases())) >= 400
    assert {part.name for part in checklist.sets} == {
        "clauses",
        "clitics",
        "distancing",
        "frames",
        "holders",
        "negation",
        "quotes",
        "roles",
        "statements",
    }


def test_each_test_is_large_enough_to_tell_half_of_its_cases_from_all(checklist: Checklist) -> None:
    # of 25 cases half fail within 32 and 68 in a hundred: Wilson's interval
    assert min(len(part.cases) for part in checklist.sets) >= 25


def test_every_actor_is_found_at_its_place_and_no_other(sentences: list[Sentence], finder: ActorFinder) -> None:
    for sentence in sentences:
        seen = found(sentence.text, finder)
        places = {(m.actor, m.start, m.end) for m in seen}
        assert {(m.actor, m.start, m.end) for m in sentence.mentions} <= places, sentence.text
        # named again, an actor is still marked once
        assert {m.actor for m in seen} == {m.actor for m in sentence.mentions}, sentence.text


def test_no_sentence_stands_in_two_cases(checklist: Checklist) -> None:
    plain = Counter(fold(case.plain.sentence.text) for case in checklist.cases())
    assert [text for text, count in plain.items() if count > 1] == []


def test_no_variant_is_its_own_sentence_or_another_cases(checklist: Checklist) -> None:
    whole = [case.plain.sentence.text for case in checklist.cases()]
    whole += [case.variant.sentence.text for case in checklist.cases() if case.variant]
    assert [text for text, count in Counter(whole).items() if count > 1] == []


def test_a_contrast_is_one_but_where_the_mere_change_must_decide_nothing(checklist: Checklist) -> None:
    same, all_of = Counter[str](), Counter[str]()
    for part in checklist.sets:
        for case in part.cases:
            if case.variant is None or case.stays:
                continue
            both = (case.plain, case.variant)
            labels = [{(m.actor, m.stance, m.holder) for m in each.sentence.mentions} for each in both]
            frames = [(each.frames, each.without) for each in both]
            all_of[part.name] += 1
            same[part.name] += labels[0] == labels[1] and frames[0] == frames[1]
    assert all_of.keys() == {"distancing", "frames", "negation", "roles"}
    assert (same["distancing"], same["frames"]) == (0, 0)
    # a negation that underlines the stance, an order of words that leaves the roles as they were: about a third
    for name in ("negation", "roles"):
        assert 0.25 < same[name] / all_of[name] < 0.4


def test_every_frame_is_expected_somewhere_and_excluded_somewhere(checklist: Checklist, shipped: Taxonomy) -> None:
    each = [e for case in checklist.cases() for e in (case.plain, case.variant) if e]
    assert {frame for e in each for frame in e.frames} == set(shipped.frame_ids)
    assert {frame for e in each for frame in e.without} == set(shipped.frame_ids)
    assert all(not set(e.frames) & set(e.without) for e in each)


def test_names_that_are_exchanged_name_their_actors(checklist: Checklist, finder: ActorFinder) -> None:
    for group in checklist.groups:
        for name, actor in group.names.items():
            assert [(m.actor, m.text) for m in found(name, finder)] == [(actor, name)], name


def test_invented_names_name_nobody(checklist: Checklist, finder: ActorFinder) -> None:
    assert all(group.invented for group in checklist.groups)
    for name in {name for group in checklist.groups for name in group.invented}:
        for before in ("", "و", "قالت ", "أدان وزير الخارجية "):
            assert found(before + name, finder) == (), before + name


def test_unrelated_sentences_name_nobody(checklist: Checklist, finder: ActorFinder) -> None:
    assert len(checklist.fillers) == len(set(checklist.fillers)) >= 10
    for filler in checklist.fillers:
        assert found(filler, finder) == (), filler


def test_most_sentences_can_have_an_actor_exchanged(checklist: Checklist) -> None:
    swap = transformations(checklist)[0]
    plain = [case.plain.sentence for case in checklist.cases() if case.plain.sentence.mentions]
    changed = [swap.forms(sentence) for sentence in plain]
    assert sum(map(bool, changed)) > 0.5 * len(plain)


def test_an_exchanged_actor_is_found_where_it_is_put(checklist: Checklist, finder: ActorFinder) -> None:
    swap = transformations(checklist)[0]
    # a third of them, for time
    plain = [case.plain.sentence for case in checklist.cases() if case.plain.sentence.mentions][::3]
    forms = [form for sentence in plain for form in swap.forms(sentence)]
    lost = [
        form.text
        for form in forms
        if not {(m.actor, m.start, m.end) for m in form.mentions}
        <= {(m.actor, m.start, m.end) for m in found(form.text, finder)}
    ]
    # a rule of the actor list may be about the word beside a name
    assert len(lost) <= 0.02 * len(forms)


def test_every_spelling_is_found_as_the_plain_one_is(checklist: Checklist, finder: ActorFinder) -> None:
    plain = [case.plain.sentence for case in checklist.cases() if case.plain.sentence.mentions][::6]
    for transformation in transformations(checklist)[2:8]:
        for form in (form for sentence in plain for form in transformation.forms(sentence)):
            places = {(m.actor, m.start, m.end) for m in found(form.text, finder)}
            assert {(m.actor, m.start, m.end) for m in form.mentions} <= places, form.text


def test_labels_that_stand_in_files_are_those_that_a_model_can_give(sentences: list[Sentence]) -> None:
    rows = [m for sentence in sentences for m in sentence.mentions]
    counts = Counter(m.stance for m in rows)
    assert min(counts[stance] for stance in ("favor", "against", "neutral")) >= 100
    assert all((m.holder is None) == (m.stance == "neutral") for m in rows)
    assert all(replace(s, mentions=()).text.strip() == s.text for s in sentences)
