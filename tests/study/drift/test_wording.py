"""Words of two runs: which came up, which are left alone, and how a tokenizer cuts them."""

import pytest

from zawiya.inputs import Encoder
from zawiya.records import Article, Mention, Role, Sentence
from zawiya.study.drift.wording import NewWord, new_words, sampled, wording


def article(name: str, text: str, *mentions: str, role: Role = "body") -> Article:
    found = tuple(Mention("usa", text.index(m), text.index(m) + len(m), m) for m in mentions)
    return Article(id=name, text=text, sentences=(Sentence(0, len(text), text, role, found),))


def test_words_are_counted_once_an_article_and_outside_of_mentions():
    # "The minister and Washington, the minister and the street" / "street" / furniture
    found = wording(
        [
            article("a", "الوزير وواشنطن الوزير والشارع 12 ب", "واشنطن"),
            article("b", "الوزيرُ"),
            article("c", "شارك الوزير", role="furniture"),
        ],
        None,
    )
    assert found.articles == ("a", "b", "c")
    assert dict(found.holding) == {"الوزير": 2, "والشارع": 1}
    assert len(found.pieces) == 0


def test_words_are_cut_as_the_model_cuts_them(encoder: Encoder):
    # the tokenizer of these tests knows whole words, single letters, and no emoji or Latin
    found = wording([article("a", "موسكو بلد"), article("b", "في abc")], encoder)
    assert found.places.tolist() == [0, 0, 1, 1]
    assert found.pieces.tolist() == [1, 3, 1, 1]
    assert found.unknown.tolist() == [0, 0, 0, 1]


def test_a_word_that_came_up_is_named():
    old = wording([article(f"o{n}", "عاد الوزير من البلد") for n in range(40)], None)
    new = wording([article(f"n{n}", "عاد الوزير من البلد" + (" كلداني" if n % 2 else "")) for n in range(40)], None)
    assert new_words(new, old) == (NewWord("كلداني", 0.0, 0.5),)
    assert new_words(old, new) == ()


def test_a_word_that_an_actor_is_named_by_did_not_come_up():
    old = wording([article(f"o{n}", "عاد الوزير") for n in range(40)], None)
    new = wording([article(f"n{n}", "عاد كلداني", "كلداني") for n in range(40)], None)
    assert new_words(new, old) == ()


@pytest.mark.parametrize("articles", [1, 4])
def test_a_word_of_few_articles_did_not_come_up(articles: int):
    old = wording([article(f"o{n}", "عاد الوزير") for n in range(400)], None)
    new = wording([article(f"n{n}", "كلداني") for n in range(articles)], None)
    assert new_words(new, old) == ()
    assert new_words(new, wording([], None)) == ()


def test_a_sample_is_the_same_in_whatever_order():
    ids = [f"article {n} \ud800" for n in range(50)]
    assert sampled(ids, 50) == tuple(ids)
    some = sampled(ids, 10)
    assert len(some) == 10
    assert some == sampled(ids[::-1], 10)
    assert set(some) <= set(ids)
    # of more articles the sample changes little
    assert len(set(some) & set(sampled([*ids, "another"], 10))) >= 9
