import base64
import gzip
import json
from collections import Counter
from dataclasses import replace

import pytest

from tests.study.folders import article, opened, sentence
from zawiya.study.report import reader as module
from zawiya.study.report.events import Events
from zawiya.study.report.reader import ranked, reader
from zawiya.study.report.records import Place
from zawiya.study.report.world import World

NO_EVENTS = Events((), False, 0)


def unpacked(found):
    return json.loads(gzip.decompress(base64.b64decode(found.packed)))


def read(folder, articles, *, limit=100):
    found = reader(World.of(opened(folder, articles)), NO_EVENTS, limit=limit)
    return found, unpacked(found)


def test_an_article_stands_there_with_all_its_labels(tmp_path):
    made = article(
        "1",
        sentence(("usa", "against", "russia"), ("un", "neutral", None), frames=["economy"]),
        sentence(role="furniture"),
        outlet="النهار",
        date="2022-01-06T10:00:00Z",
    )
    found, data = read(tmp_path, [made])
    assert (found.shown, found.articles, found.note) == (1, 1, None)
    ((name, outlet, date, event, title, source, text, sentences),) = data["articles"]
    assert (name, data["outlets"][outlet], date, event, title) == ("1", "النهار", "2022-01-06", -1, None)
    assert (source, text) == ("1.txt", made.text)
    start, end, role, mentions, frames = sentences[0]
    assert (text[start:end], role, sentences[1][2]) == (made.sentences[0].text, 1, 2)
    actor, first, last, stance, holder, scores, holder_score, uncertain = mentions[0]
    assert (data["actors"][actor][0], text[first:last], data["stances"][stance]) == ("usa", "واشنطن", "against")
    assert (data["holders"][holder][:2], scores, holder_score, uncertain) == (
        ["russia", "Russia"],
        [100, 800, 100],
        700,
        0,
    )
    assert mentions[1][4] == -1
    assert [[data["frames"][frame][0], score, given_] for frame, score, given_, _ in frames] == [["economy", 800, 1]]


def test_close_decisions_are_uncertain(tmp_path):
    _, data = read(tmp_path, [article("1", sentence(("usa", "against", "other"), frames=["economy"], sure=0.42))])
    _, _, _, mentions, frames = data["articles"][0][-1][0]
    assert mentions[0][-1] == 1
    # the frame that was not given is near enough to be shown as such
    assert sorted((given_, uncertain) for _, _, given_, uncertain in frames) == [(0, 1), (1, 1)]


def test_holders_begin_with_the_outlet_and_others(tmp_path):
    _, data = read(tmp_path, [article("1", sentence(("usa", "against", "russia")))])
    assert [name for name, *_ in data["holders"]] == ["author", "other", "russia"]


def many(count=60):
    """Articles of one large outlet and a small one, whose last article alone is in favor."""
    return [
        article(
            f"{n:03}",
            sentence(("usa", "favor" if n == count - 1 else "against", "author")),
            outlet="small" if n % 10 == 9 else "large",
        )
        for n in range(count)
    ]


def test_a_sample_has_every_outlet_and_what_is_behind_each_figure(tmp_path):
    found, data = read(tmp_path, many(), limit=10)
    assert (found.shown, found.articles) == (10, 60)
    assert found.note.en.startswith("The reader holds 10 of 60 articles")
    assert "059" in {each[0] for each in data["articles"]}
    outlets = Counter(data["outlets"][each[1]] for each in data["articles"])
    assert outlets["small"] >= 3
    assert outlets["large"] >= 3


def test_the_same_results_give_the_same_sample(tmp_path):
    first, _ = read(tmp_path / "a", many(), limit=10)
    second, _ = read(tmp_path / "b", many(), limit=10)
    assert first.packed == second.packed


def test_every_article_has_one_place_in_the_order(tmp_path):
    world = World.of(opened(tmp_path, many()))
    assert sorted(ranked(world).tolist()) == list(range(60))


def test_articles_are_in_the_order_of_the_folder(tmp_path):
    _, data = read(tmp_path, many(), limit=10)
    names = [each[0] for each in data["articles"]]
    assert names == sorted(names)


def test_what_is_too_large_makes_way_for_others(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 4000)
    made = many(8)
    noise = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))
    made[0] = replace(made[0], text=made[0].text + noise)
    found, data = read(tmp_path, made)
    assert "000" not in {each[0] for each in data["articles"]}
    assert found.shown == 7
    assert len(found.packed) < 4000
    assert found.note


def test_sentences_that_take_a_side_are_told_of_the_articles_that_stand_there(tmp_path):
    sided = sentence(("usa", "against", "author"), ("un", "favor", "usa"), frames=["economy"], sure=0.6)
    found, _ = read(tmp_path / "a", [article("1", sentence(("usa", "neutral", None)), sided)])
    assert found.places == (Place("1", 1, len(sided.text), 600, 3),)
    found, data = read(tmp_path / "b", many(), limit=10)
    assert [place.article for place in found.places] == [each[0] for each in data["articles"]]


@pytest.mark.parametrize("text", ["</script>", "\u2028", "\x00", '"\\'])
def test_texts_come_back_as_they_were(tmp_path, text):
    made = article("1", sentence(("usa", "against", "author")), outlet=text)
    _, data = read(tmp_path, [replace(made, text=made.text + text)])
    assert data["articles"][0][6].endswith(text)
    assert data["outlets"] == [text]
