"""Mentions over a whole article: what a description stands for, and what is left alone."""


def actors(mentions):
    return [m.actor for m in mentions]


def test_a_description_stands_for_the_one_actor_named_before(find):
    first, second = find("رفضت حماس العرض.", "وقالت الحركة إنها تدرسه.")
    assert actors(first) == ["hamas"]
    assert [(m.actor, m.text) for m in second] == [("hamas", "الحركة")]


def test_a_description_of_two_candidates_stands_for_none(find):
    _, second = find("التقت حماس وطالبان أمس.", "وقالت الحركة إنها راضية.")
    assert actors(second) == []


def test_a_description_before_any_name_stands_for_none(find):
    first, _ = find("قالت الحركة إنها تدرس العرض.", "وكانت حماس رفضته.")
    assert actors(first) == []


def test_a_description_does_not_reach_far_back(find):
    *_, last = find("مقدمة.", "رفضت حماس العرض.", "جملة.", "جملة.", "جملة.", "جملة.", "وقالت الحركة كلمتها.")
    assert actors(last) == []


def test_a_name_in_the_title_is_remembered_throughout(find):
    *_, last = find("حماس ترفض العرض", "جملة.", "جملة.", "جملة.", "جملة.", "وقالت الحركة كلمتها.", roles=("title",))
    assert actors(last) == ["hamas"]


def test_a_description_through_a_preposition_is_sliced_behind_it(find):
    _, second = find("أعلنت السعودية قرارها.", "وهذا شأن للمملكة وحدها.")
    assert [(m.actor, m.text) for m in second] == [("saudi_arabia", "مملكة")]


def test_furniture_is_left_alone_and_forgotten(find):
    first, second = find("تابعوا أخبار حماس على موقعنا", "وقالت الحركة كلمتها.", roles=("furniture",))
    assert first == []
    assert second == []


def test_every_mention_of_an_actor_is_found(find):
    assert actors(find("قالت روسيا إن موسكو مستعدة.")[0]) == ["russia", "russia"]


def test_a_description_means_what_was_named_in_front_of_it_not_behind(find):
    first, second = find("رفضت طالبان العرض.", "قالت الحركة ثم حماس ثم الحركة كلمتها.")
    assert actors(first) == ["taliban"]
    assert actors(second) == ["taliban", "hamas", "hamas"]


def test_a_thousand_descriptions_in_one_sentence_are_read_in_one_go(find):
    (found,) = find("حماس قالت الحركة " * 3000)
    assert actors(found) == ["hamas"] * 6000
