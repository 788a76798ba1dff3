import io

import pytest

from zawiya.infer.progress import Bar, Lines, Pace, Silent, clock_time, count_files, watching
from zawiya.infer.settings import InferSettings
from zawiya.reading import Skipped
from zawiya.records import Article, Sentence


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def article(source: str, sentences: int = 2) -> Article:
    return Article(id=source, text="أ", source=source, sentences=(Sentence(0, 1, "أ"),) * sentences)


def test_remaining_time_is_reckoned_by_files():
    clock = Clock()
    pace = Pace(4, clock)
    assert pace.left is None
    pace.article(article("a.txt"))
    clock.now += 10
    assert pace.left == pytest.approx(30)
    pace.skipped(Skipped("b.txt", "empty", ""))
    assert pace.left == pytest.approx(10)


def test_what_is_unchanged_has_no_part_in_the_time_that_is_left():
    clock = Clock()
    pace = Pace(4, clock)
    pace.unchanged("a.txt")
    pace.unchanged("b.txt")
    pace.article(article("c.txt"))
    clock.now += 10
    assert pace.left == pytest.approx(10)
    assert "1 of 2 files" in pace.line()


def test_a_file_of_many_articles_is_done_when_the_next_begins():
    pace = Pace(2)
    for number in (1, 2, 3):
        pace.article(article(f"many.csv#{number}"))
        assert pace.done == 0
    pace.article(article("one.txt"))
    assert pace.done == 2


def test_skipped_records_do_not_finish_their_file():
    pace = Pace(2)
    pace.skipped(Skipped("many.csv#4", "empty", ""))
    pace.article(article("many.csv#1"))
    assert pace.done == 0


def test_a_line_names_counts_rates_and_the_time_left():
    clock = Clock()
    pace = Pace(4, clock)
    clock.now += 2
    pace.article(article("a.txt", sentences=3000))
    assert pace.line() == ("1 articles, 3,000 sentences; 1 of 4 files; 0.5 articles/s; 1,500 sentences/s; 0:00:06 left")


def test_without_a_number_of_files_no_time_is_promised():
    pace = Pace(None)
    pace.article(article("-"))
    assert "left" not in pace.line()
    assert "files" not in pace.line()


def test_hours_minutes_and_seconds():
    assert clock_time(3725.4) == "1:02:05"


def test_lines_come_every_few_seconds(capsys):
    clock = Clock()
    lines = Lines(Pace(3, clock), every=5)
    for seconds in (1, 3, 4):
        clock.now += seconds
        lines.article(article("a.txt"))
    out, err = capsys.readouterr()
    assert not out
    assert len(err.splitlines()) == 1


def test_a_closed_standard_error_does_not_end_the_run(monkeypatch):
    class Closed(io.StringIO):
        def write(self, _text):
            raise BrokenPipeError

    monkeypatch.setattr("sys.stderr", Closed())
    clock = Clock()
    lines = Lines(Pace(1, clock), every=1)
    clock.now += 2
    lines.article(article("a.txt"))


def test_quiet_is_silent_and_a_log_gets_lines(tmp_path):
    with watching(InferSettings(paths=(str(tmp_path),), quiet=True)) as watch:
        assert isinstance(watch, Silent)
    with watching(InferSettings(paths=(str(tmp_path),))) as watch:
        assert isinstance(watch, Lines)


def test_a_terminal_gets_a_bar(monkeypatch, tmp_path):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    with watching(InferSettings(paths=(str(tmp_path),))) as watch:
        assert isinstance(watch, Bar)
        watch.article(article("a.txt"))
        watch.skipped(Skipped("[b].txt", "empty", ""))
        watch.unchanged("c.txt")


def test_files_are_counted_unless_standard_input_is_among_them(news):
    assert count_files((str(news),)) == 2
    assert count_files((str(news), "-")) is None
