import json
from pathlib import Path

from rich.console import Console

from zawiya.infer.show import printable, summary_view
from zawiya.infer.summary import RunSummary, Tally
from zawiya.reading import Skipped
from zawiya.records import Article, Mention, Sentence


def text_of(summary: RunSummary, width: int = 80) -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(summary_view(summary))
    return captured.get()


def mention(actor: str, stance: str) -> Mention:
    return Mention(actor, 0, 1, "أ", stance)


def tally() -> Tally:
    counts = Tally()
    rows = (mention("usa", "against"), mention("russia", "neutral"))
    sentence = Sentence(0, 1, "أ", mentions=rows, frames=("legality",))
    again = Sentence(0, 1, "أ", mentions=(mention("usa", "favor"),))
    furniture = Sentence(0, 1, "أ", role="furniture")
    counts.add(Article(id="a", text="أ", sentences=(sentence, again, furniture), warnings=("repaired",)))
    return counts


def summary(counts: Tally, *, interrupted: bool = False) -> RunSummary:
    return counts.summary(out=Path("out"), seconds=2.0, added=1, unchanged=7, gone=3, interrupted=interrupted)


def test_counts_are_by_actor_and_stance_most_first():
    done = summary(tally())
    assert list(done.actors) == ["usa", "russia"]
    assert done.actors["usa"] == {"favor": 1, "against": 1, "neutral": 0}
    assert done.stances == {"favor": 1, "against": 1, "neutral": 1}
    assert (done.articles, done.sentences, done.furniture, done.rows) == (1, 2, 1, 3)


def test_the_view_shows_totals_actors_and_frames():
    lines = text_of(summary(tally())).splitlines()
    assert any(line.split() == ["articles", "1"] for line in lines)
    assert any(line.split() == ["usa", "2", "1", "1", "0"] for line in lines)
    assert any(line.split() == ["legality", "1"] for line in lines)
    assert [line.split()[-1] for line in lines if line.split()[:1] in (["unchanged"], ["gone"])] == ["7", "3"]
    assert any(line.split() == ["of", "this", "run", "1"] for line in lines)
    assert lines[-1] == "Results are in out"


def test_skipped_files_are_counted_by_reason_and_the_first_named():
    counts = tally()
    counts.skipped += [Skipped(f"{number}.txt", "empty", "") for number in range(5)]
    counts.skipped.append(Skipped("[red]x[/red].txt", "binary", ""))
    text = text_of(summary(counts))
    assert "0.txt, 1.txt, 2.txt, …" in text
    assert "[red]x[/red].txt" in text


def test_only_the_actors_with_most_rows_are_shown():
    counts = Tally()
    rows = tuple(mention(f"actor_{number:02}", "neutral") for number in range(14))
    counts.add(Article(id="a", text="أ", sentences=(Sentence(0, 1, "أ", mentions=rows),)))
    text = text_of(summary(counts))
    assert "actor_09" in text
    assert "actor_10" not in text
    assert "and 4 more" in text


def test_no_line_is_wider_than_the_terminal():
    counts = tally()
    counts.skipped.append(Skipped("x" * 300, "unreadable", ""))
    assert max(map(len, text_of(summary(counts), width=60).splitlines())) <= 60


def test_the_end_says_when_it_came_early_or_empty():
    assert "Interrupted" in text_of(summary(tally(), interrupted=True))
    assert "Nothing could be labelled" in text_of(summary(Tally()))


def test_names_move_no_cursor():
    assert printable("a\x1b[2Jb\n.txt") == "a?[2Jb?.txt"


def test_counts_outlive_being_written_down():
    counts = tally()
    counts.skipped.append(Skipped("a.txt", "empty", "no bytes"))
    assert Tally.from_json(json.loads(json.dumps(counts.as_json()))) == counts


def test_counts_of_parts_add_up():
    total = Tally()
    total.include(tally())
    total.include(tally())
    assert (total.articles, total.sentences, total.furniture, summary(total).rows) == (2, 4, 2, 6)
    assert total.warnings == [("a", "repaired")] * 2
