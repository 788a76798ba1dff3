"""Documents are learnt from once each: long enough, Arabic, none like an earlier one, and some never."""

from pathlib import Path

import pytest

from zawiya.train.pretrain.clean import HELD_OUT, KEPT, LEFT_OUT, Cleaner, chosen, clean
from zawiya.train.pretrain.settings import TextSettings
from zawiya.train.pretrain.shards import find_shards

from .worlds import write_text

LONG = " ".join(f"كلمة{number}" for number in range(60))


def cleaner(**settings: float) -> Cleaner:
    return Cleaner(TextSettings("text", **({"shortest": 10, "held_out": 0.0} | settings)))


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("قصير", "short"),
        ("١٢٣٤٥ ٦٧٨٩٠ ١٢٣٤٥", "short"),
        ("a text in Latin letters and one كلمة", "not Arabic"),
        ("", "short"),
    ],
)
def test_what_teaches_nothing_is_left_out_and_why(document: str, reason: str) -> None:
    assert cleaner().judge(document) == (LEFT_OUT, reason)


def test_a_document_is_kept_once_whatever_its_spaces() -> None:
    judge = cleaner().judge
    assert judge(LONG) == (KEPT, "")
    assert judge(LONG.replace(" ", "\n  ")) == (LEFT_OUT, "repeated")


def test_a_document_with_a_word_changed_repeats_the_one_before() -> None:
    judge = cleaner(likeness=0.7).judge
    assert judge(LONG)[0] == KEPT
    assert judge(LONG.replace("كلمة30", "لفظة"))[1] == "repeated"
    assert judge(" ".join(LONG.split()[::-1]))[0] == KEPT


def test_with_a_likeness_of_one_only_equal_documents_repeat() -> None:
    judge = cleaner(likeness=1.0).judge
    assert judge(LONG)[0] == KEPT
    assert judge(LONG + " أخرى")[0] == KEPT


def test_what_is_held_out_depends_on_the_text_alone() -> None:
    texts = [f"{LONG} رقم{number}" for number in range(200)]
    fates = {text: cleaner(held_out=0.3, likeness=1.0).judge(text)[0] for text in texts}
    assert {KEPT, HELD_OUT} == set(fates.values())
    assert 30 < sum(fate == HELD_OUT for fate in fates.values()) < 90
    one = cleaner(held_out=0.3, likeness=1.0)
    assert {text: one.judge(text)[0] for text in reversed(texts)} == fates


def test_of_two_shards_with_one_document_the_heavier_keeps_it(tmp_path: Path) -> None:
    folder = write_text(tmp_path / "text", books=[LONG, "شيء آخر تماما عن الحليب"], news=[LONG])
    shards = find_shards(folder, {"news*": 2.0, "*": 1.0})
    found = {c.shard.name: c for c in clean(shards, TextSettings(str(folder), shortest=10, held_out=0.0))}
    assert found["news"].fates.tolist() == [KEPT]
    assert found["books"].fates.tolist() == [LEFT_OUT, KEPT]
    assert found["books"].reasons == {"repeated": 1}
    assert list(chosen(shards[1], found["books"].fates, KEPT)) == ["شيء آخر تماما عن الحليب"]
