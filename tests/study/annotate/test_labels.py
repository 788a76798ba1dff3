"""Labels: ids and names are understood, and what is neither is told with what is near."""

import pytest

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.study.annotate.labels import Label, Labels, labels_of
from zawiya.taxonomy import ActorList, FrameList, Taxonomy

from .worlds import LABELS, TAXONOMY, article, sentence

OPEN = Taxonomy(ActorList(1, ()), FrameList(1, ()))


@pytest.mark.parametrize("written", ["usa", " USA\u200f", "United States", "الولايات المتحدة", "الوِلايات المتحده"])
def test_an_actor_goes_by_its_id_and_its_names(written: str) -> None:
    assert LABELS.actor(written) == "usa"


def test_holders_are_actors_the_author_and_others() -> None:
    assert [LABELS.holder(name) for name in ("author", "Other", "جهة أخرى", "روسيا")] == [
        "author",
        "other",
        "other",
        "russia",
    ]
    with pytest.raises(ZawiyaError, match="actor: expected one in the actor list, found 'author'"):
        LABELS.actor("author")


def test_stances_go_by_their_arabic_names_too() -> None:
    assert [LABELS.stance(name) for name in ("favor", "معارض", "Neutral")] == ["favor", "against", "neutral"]


def test_what_is_unknown_is_told_with_what_is_near() -> None:
    with pytest.raises(ZawiyaError, match="found 'rusia'; did you mean russia"):
        LABELS.actor("rusia")
    with pytest.raises(ZawiyaError, match="known: interference, destabilisation, diplomacy"):
        LABELS.frame("zzz")
    with pytest.raises(ZawiyaError, match="stance: expected one, found nothing"):
        LABELS.stance(" ")


def test_a_name_of_two_actors_is_none() -> None:
    two = Labels((Label("congo", "الكونغو", ""), Label("drc", "الكونغو", "")), ())
    with pytest.raises(ZawiyaError, match="found 'الكونغو'; did you mean"):
        two.actor("الكونغو")


def test_an_empty_list_is_an_open_set() -> None:
    labels = labels_of(OPEN, [article("a", sentence("موسكو", russia="neutral", frames=("x",)))])
    assert [label.id for label in labels.actors] == ["russia"]
    assert labels.actor("المناخ") == "المناخ"
    assert labels.frame("new") == "new"
    with pytest.raises(ZawiyaError, match="found nothing"):
        labels.actor("")


def test_every_label_that_a_list_lacks_is_told() -> None:
    strange = Taxonomy(ActorList(1, TAXONOMY.actors.actors[1:]), FrameList(1, TAXONOMY.frames.frames[:1]))
    one = sentence("موسكو وواشنطن", russia="neutral", usa="against russia", frames=("diplomacy",))
    with pytest.raises(FaultsError) as error:
        labels_of(strange, [article("a", one)])
    assert [fault.split(":")[0] for fault in error.value.faults] == ["actor", "holder", "frame"]
