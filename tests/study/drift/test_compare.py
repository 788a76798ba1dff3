"""Two results folders, written as a run writes them, held against each other."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from zawiya.bundle import Bundle, Calibration, fingerprint
from zawiya.errors import ZawiyaError
from zawiya.infer.folder import ResultFolder
from zawiya.infer.ledger import Entry
from zawiya.infer.summary import Tally
from zawiya.records import STANCES, Article, Mention, Sentence
from zawiya.study.drift.compare import drift
from zawiya.study.drift.records import Drift
from zawiya.study.drift.view import drift_view
from zawiya.study.results import Results

from ...conftest import letter_tokenizer

FRAMES = ("interference", "diplomacy")
KEY = {"model": "m1", "taxonomy": "t1"}
ENDED = {"complete": True}
#: "The", of no actor: words that make up sentences.
WORDS = ("عاد", "قال", "بلد", "يوم", "عمل", "سوق", "ماء", "نهر", "باب", "درب")
NAMES = {"russia": "موسكو", "usa": "واشنطن", "iran": "طهران", "france": "باريس"}


def an_article(
    random: np.random.Generator,
    name: str,
    *,
    length: int = 8,
    sure: float = 6.0,
    actors: Sequence[str] = ("russia", "usa", "iran"),
    against: float = 1.0,
    furniture: float = 0.1,
    word: str = "",
) -> Article:
    """An article that favours one actor, with an outlook of its own, so that its sentences are alike."""
    sentences: list[Sentence] = []
    text = ""
    main = random.choice(actors)
    outlook = random.dirichlet([1.0, against, 1.5])
    for _ in range(random.integers(4, 16)):
        begin = len(text)
        words = [str(found) for found in random.choice(WORDS, random.poisson(length) + 1)] + ([word] if word else [])
        mentions = []
        furnished = random.random() < furniture
        if random.random() < 0.8 and not furnished:
            actor = main if random.random() < 0.6 else str(random.choice(actors))
            stance = STANCES[random.choice(3, p=outlook)]
            score = float(random.beta(sure, 2))
            scores = {s: score if s == stance else (1 - score) / 2 for s in STANCES}
            holder = None if stance == "neutral" else str(random.choice(["author", "other"]))
            where = Mention(
                actor, begin, begin + len(NAMES[actor]), NAMES[actor], stance, holder, scores, holder and 0.7
            )
            words.insert(0, NAMES[actor])
            mentions.append(where)
        sentence = " ".join(words) + "."
        text += sentence + "\n"
        if furnished:
            sentences.append(Sentence(begin, begin + len(sentence), sentence, "furniture"))
            continue
        shown = {frame: float(random.beta(1, 3)) for frame in FRAMES}
        given = tuple(frame for frame, score in shown.items() if score > 0.5)
        sentences.append(Sentence(begin, begin + len(sentence), sentence, "body", tuple(mentions), given, shown))
    return Article(id=name, text=text, source=name, sentences=tuple(sentences))


def some(seed: int, count: int = 60, **how) -> list[Article]:
    random = np.random.default_rng(seed)
    return [an_article(random, f"{seed}-{number}", **how) for number in range(count)]


def put(folder: Path, articles: Sequence[Article], *, key=KEY, frames=FRAMES, run: dict | None = ENDED) -> Results:
    """A results folder of these articles; without ``run`` one whose first run has not ended."""
    tally = Tally()
    with ResultFolder(folder, key=key, frames=frames, actors={}, row_group=1000) as results:
        results.write(articles)
        for article in articles:
            tally.add(article)
        results.commit([Entry(str(article.source), "d", 1, True) for article in articles], tally)
        if run is not None:
            results.finish(run)
    return Results.open(folder)


@pytest.fixture
def compare(tmp_path: Path):
    def call(new: Sequence[Article], old: Sequence[Article]) -> Drift:
        return drift(put(tmp_path / "new", new), put(tmp_path / "old", old))

    return call


def shown(found: Drift, width: int = 120) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(drift_view(found))
    return captured.get()


def names(found: Drift) -> set[str]:
    return {respect.name for respect in found.respects if respect.outcome != "chance"}


def test_random_halves_of_the_same_articles_are_not_called_drift(tmp_path: Path):
    everything = some(1, 80)
    alarms = []
    for seed in range(6):
        order = np.random.default_rng(seed).permutation(len(everything))
        halves = [[everything[n] for n in order[part::2]] for part in (0, 1)]
        found = drift(*(put(tmp_path / f"{seed}-{part}", half) for part, half in enumerate(halves)))
        assert not found.words
        alarms.append(names(found))
    # one in twenty is what the test lets pass
    assert sum(map(bool, alarms)) <= 1


@pytest.mark.parametrize(
    ("how", "about", "name"),
    [
        ({"length": 16}, "text", "characters of a sentence"),
        ({"furniture": 0.4}, "text", "furniture among all lines"),
        ({"sure": 2.0}, "model", "probability of the stance given"),
        ({"against": 8.0}, "subject", "against"),
        ({"actors": ("russia", "usa", "france")}, "subject", "rows of france"),
    ],
)
def test_a_shift_is_called_by_its_name(compare, how, about, name):
    found = compare(some(2, **how), some(3))
    assert name in {respect.name for respect in found.moved(about)}
    assert name in found.verdict
    assert ("look before" in found.verdict) == (about != "subject")
    assert name in shown(found)


def test_what_moved_is_told_from_what_did_not(compare):
    found = compare(some(2, length=16), some(3))
    assert names(found) == {"characters of a sentence"}
    [moved] = found.moved()
    assert moved.after > 1.5 * moved.before
    assert moved.effect > moved.chance
    assert moved.p <= 0.01
    assert all(respect.effect <= respect.chance for respect in found.respects if respect is not moved)


def test_a_small_difference_beyond_chance_is_called_slight(tmp_path: Path):
    found = drift(put(tmp_path / "new", some(4, 250, sure=5.0)), put(tmp_path / "old", some(34, 250)))
    outcome = {respect.name: respect.outcome for respect in found.respects}
    assert outcome["probability of the stance given"] == "slight"
    assert not found.moved()
    assert "may be compared" in found.verdict


def test_the_same_articles_do_not_differ(compare):
    found = compare(some(5, 40), some(5, 40))
    assert "Nothing moved beyond chance" in found.verdict
    assert all(respect.effect == pytest.approx(0, abs=1e-9) for respect in found.respects)
    assert any("40 articles have the same id in both runs" in note for note in found.notes)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "but one run has 1 article: nothing can be told from so few."),
        (20, "but one run has 20 articles: only what is large could have been seen."),
        (30, "Nothing moved beyond chance: the model sees what it saw before."),
    ],
)
def test_few_articles_do_not_vouch_for_the_model(compare, count, said):
    articles = some(5, 40)
    found = compare(articles[:count], articles)
    assert found.verdict.endswith(said)


def test_actors_that_came_and_went_are_listed_with_their_rows(compare):
    new, old = some(6, 20, actors=("russia", "france")), some(7, 20, actors=("russia", "usa"))
    found = compare(new, old)
    rows = sum(m.actor == "france" for article in new for s in article.sentences for m in s.mentions)
    assert found.new_actors == {"france": rows}
    assert list(found.gone_actors) == ["usa"]
    assert f"Actors that are new: france ({rows})." in shown(found)


def test_words_that_came_up_are_listed(compare):
    found = compare(some(8, 30, word="كلداني"), some(9, 30))
    assert [word.text for word in found.words] == ["كلداني"]
    assert any(line.split() == ["0%", "of", "articles,", "now", "100%", "كلداني"] for line in shown(found).splitlines())


def test_shares_and_means_are_those_of_the_tables(compare):
    new, old = some(10, 12), some(11, 12)
    found = {respect.name: respect for respect in compare(new, old).respects}
    for articles, end in ((new, "after"), (old, "before")):
        lines = [s for article in articles for s in article.sentences]
        body = [s for s in lines if s.role != "furniture"]
        mentions = [m for s in body for m in s.mentions]
        held = [m for m in mentions if m.holder]
        expected = {
            "furniture among all lines": 1 - len(body) / len(lines),
            "characters of a sentence": np.mean([s.end - s.start for s in body]),
            "sentences of an article": len(body) / len(articles),
            "sentences that name no actor": sum(not s.mentions for s in body) / len(body),
            "probability of the stance given": np.mean([m.score for m in mentions]),
            "probability of the holder given": 0.7,
            "probability of diplomacy": np.mean([s.frame_scores["diplomacy"] for s in body]),
            "against": sum(m.stance == "against" for m in mentions) / len(mentions),
            "stances in the outlet's own voice": sum(m.holder == "author" for m in held) / len(held),
            "rows of russia": sum(m.actor == "russia" for m in mentions) / len(mentions),
            "sentences framed as diplomacy": sum("diplomacy" in s.frames for s in body) / len(body),
        }
        for name, value in expected.items():
            assert getattr(found[name], end) == pytest.approx(value, rel=1e-5), name


@pytest.mark.parametrize("counts", [(1, 1), (1, 30), (30, 1)])
def test_a_run_of_one_article_is_no_error_and_no_drift(compare, counts):
    found = compare(some(12, counts[0]), some(13, counts[1]))
    assert not found.moved()
    assert any("One run has 1 article: only large differences" in note for note in found.notes)
    assert shown(found)


def test_a_run_of_furniture_alone_has_nothing_to_compare(compare):
    found = compare(some(14, 3, furniture=1.0), some(15, 3))
    assert found.new.sentences == 0
    assert {r.name: r.after for r in found.respects}["characters of a sentence"] is None
    assert "none" in shown(found) or not names(found)
    json.dumps(found.as_json())


def test_other_labels_are_said_first(tmp_path: Path):
    old = put(tmp_path / "old", some(16, 5))
    found = drift(put(tmp_path / "model", some(17, 5), key=KEY | {"model": "m2"}), old)
    assert not found.same_labels
    assert found.verdict.startswith("The runs were labelled in different ways")
    assert "The runs were labelled with different models (m1, then m2)." in found.notes
    found = drift(put(tmp_path / "list", some(17, 5), key=KEY | {"taxonomy": "t2"}), old)
    assert "The runs were labelled with different actor lists (t1, then t2)." in found.notes


def test_frames_that_one_run_lacks_are_left_out(tmp_path: Path):
    found = drift(
        put(tmp_path / "new", some(18, 5), frames=("diplomacy", "economy")), put(tmp_path / "old", some(19, 5))
    )
    about = [respect.name for respect in found.respects]
    assert "probability of diplomacy" in about
    assert not any("economy" in name or "interference" in name for name in about)
    assert any("left out: economy, interference" in note for note in found.notes)


def test_a_run_that_was_interrupted_says_so(tmp_path: Path):
    old = put(tmp_path / "old", some(20, 5), run={"complete": False})
    found = drift(put(tmp_path / "new", some(21, 5), run=None), old)
    # what the labels depend on is known from a run's first moment on
    assert found.same_labels
    assert any(note.startswith("The newer run: The run that writes this folder has not ended") for note in found.notes)
    assert any(note.startswith("The older run: The last run into this folder was interrupted") for note in found.notes)
    assert any("without date" in note for note in found.notes)


def test_a_folder_that_does_not_say_what_labelled_it_is_named(tmp_path: Path):
    found = drift(put(tmp_path / "new", some(22, 5), key={}), put(tmp_path / "old", some(23, 5)))
    assert "It is not known which model labelled the newer run." in found.notes
    assert found.same_labels


def test_of_many_things_that_moved_the_first_are_said(compare):
    how = {"length": 20, "sure": 1.5, "against": 9.0, "furniture": 0.5, "actors": ("france",)}
    found = compare(some(32, **how), some(33))
    moved = found.moved("text", "model")
    assert len(found.moved()) > len(moved) >= 3
    assert found.verdict.startswith(f"Moved: {moved[0].name}, {moved[1].name}")
    assert found.new_actors.keys() == {"france"}


def test_the_view_moves_no_cursor(tmp_path: Path):
    old = put(tmp_path / "old", some(35, 3))
    found = drift(put(tmp_path / "new", some(36, 3), key=KEY | {"model": "\x1b[2J[red]m"}), old)
    assert "\x1b" not in shown(found)
    assert "[red]m" in shown(found)


def model_at(folder: Path) -> str:
    folder.mkdir()
    letter_tokenizer().save(str(folder / "tokenizer.json"))
    Bundle("tiny", FRAMES, 32, Calibration((0.5, 0.5))).save(folder)
    return fingerprint(folder)


def test_where_the_model_is_at_hand_it_is_seen_how_it_cuts_the_words(tmp_path: Path):
    key = KEY | {"model": model_at(tmp_path / "model")}
    run = {"complete": True, "settings": {"model": str(tmp_path / "model")}}
    # letters that the tokenizer of these tests lacks
    new = put(tmp_path / "new", some(24, 40, word="abc"), key=key, run=run)
    found = drift(new, put(tmp_path / "old", some(25, 40), key=key))
    assert {"pieces of a word", "pieces that the model does not know"} <= {respect.name for respect in found.respects}
    assert "pieces that the model does not know" in {respect.name for respect in found.moved("text")}
    assert not any("not at hand" in note for note in found.notes)


def test_where_the_model_is_not_at_hand_it_says_so(compare, tmp_path: Path):
    found = compare(some(26, 3), some(27, 3))
    assert any("model is not at hand" in note for note in found.notes)
    assert "pieces of a word" not in {respect.name for respect in found.respects}


def test_as_json_holds_everything(compare):
    found = compare(some(28, 6), some(29, 6))
    values = json.loads(json.dumps(found.as_json()))
    assert values["verdict"] == found.verdict
    assert len(values["respects"]) == len(found.respects)
    assert values["new"]["articles"] == 6
    assert set(values["respects"][0]) == set(type(found.respects[0]).__slots__)


def test_a_damaged_run_is_a_users_error(tmp_path: Path):
    new, old = put(tmp_path / "new", some(30, 3)), put(tmp_path / "old", some(31, 3))
    [path] = (tmp_path / "old" / "articles").glob("*.jsonl")
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(ZawiyaError, match="expected a part of the results"):
        drift(new, old)
