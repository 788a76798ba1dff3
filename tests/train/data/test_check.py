"""Checking data: each fault is found, at its level and with its place, and clean data is left alone."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zawiya.corpus import write_corpus
from zawiya.errors import ZawiyaError
from zawiya.records import Article, Mention, Sentence
from zawiya.train.data.check import Finding, Report, check
from zawiya.train.data.command import app, lines
from zawiya.train.data.duplicates import near_duplicates

ACTORS = ("russia", "usa", "mali", "kuwait")
FRAMES = ("diplomacy",)
# "Moscow said that Washington is stalling and that talks go on until the autumn."
TEXT = "قالت موسكو إن واشنطن تماطل وإن المحادثات مستمرة حتى الخريف."


def mention(text: str, actor: str, surface: str, stance="neutral", holder=None) -> Mention:
    start = text.index(surface)
    return Mention(actor, start, start + len(surface), surface, stance, holder)


def article(text: str, *mentions: Mention, identity: str = "a", topic: str | None = None, **sentence) -> Article:
    return Article(
        identity, text, topic=topic, sentences=(Sentence(0, len(text), text, mentions=mentions, **sentence),)
    )


def report_of(folder: Path, files: dict[str, list[Article]], **options) -> Report:
    paths = [folder / f"{name}.jsonl" for name in files]
    for path, articles in zip(paths, files.values(), strict=True):
        write_corpus(path, articles)
    return check(paths, actors=ACTORS, frames=FRAMES, **options)


def found(report: Report, *, ignore: str = "rare") -> list[tuple[str, str]]:
    return [(finding.level, finding.kind) for finding in report.findings if finding.kind != ignore]


def test_clean_data_has_nothing_but_rare_labels(tmp_path: Path) -> None:
    clean = article(TEXT, mention(TEXT, "russia", "موسكو"), mention(TEXT, "usa", "واشنطن", "against", "russia"))
    report = report_of(tmp_path, {"train": [clean]})
    assert found(report) == []
    assert {finding.level for finding in report.findings} == {"warning"}
    assert (report.articles, report.sentences, report.mentions) == (1, 1, 2)


def test_lines_that_break_the_schema_are_findings(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text('{"id": "a"}\n{', encoding="utf-8")
    report = check([path], actors=ACTORS, frames=FRAMES)
    assert found(report) == [("error", "schema")] * 3
    assert {finding.place for finding in report.findings} == {"train.jsonl"}


@pytest.mark.parametrize(
    ("mentions", "sentence", "level", "kind", "words"),
    [
        ([("france", "موسكو")], {}, "error", "taxonomy", "actor 'france' is not in the actor list"),
        ([], {"frames": ("war",)}, "error", "taxonomy", "frame 'war'"),
        ([], {"frames": ("diplomacy", "diplomacy")}, "error", "label", "2 times"),
        ([], {"frames": ("diplomacy",), "role": "furniture"}, "error", "label", "furniture is never labelled"),
        ([("russia", "موسكو "), ("usa", "واشنطن")], {}, "error", "span", "white space"),
        ([("russia", "موسكو"), ("russia", "واشنطن")], {}, "warning", "label", "2 rows of 'russia'"),
        ([("russia", "موسكو", None)], {}, "warning", "unlabelled", "has no stance"),
        ([("russia", "موسكو", "favor", None)], {}, "warning", "holder", "nobody holds it"),
        ([("russia", "موسكو", "against", "russia")], {}, "warning", "holder", "against itself"),
        ([("russia", "وسكو")], {}, "warning", "span", "begins inside «موسكو»"),
        ([("russia", "موسك")], {}, "warning", "span", "ends inside «موسكو»"),
        ([("russia", "موسكو إن"), ("usa", "إن واشنطن")], {}, "warning", "span", "neither holds the other"),
        ([("russia", "موسكو إن"), ("usa", "إن")], {}, "note", "span", "overlap"),
        ([("usa", "واشنطن", "against", "russia")], {}, "note", "holder", "1 rows have a holder"),
    ],
)
def test_a_fault_of_a_sentence_is_found(tmp_path: Path, mentions, sentence, level, kind, words) -> None:
    labelled = article(TEXT, *(mention(TEXT, *row) for row in mentions), **sentence)
    findings = [f for f in report_of(tmp_path, {"train": [labelled]}).findings if f.kind != "rare"]
    assert [(finding.level, finding.kind) for finding in findings] == [(level, kind)]
    assert words in findings[0].message
    assert findings[0].place.startswith("train.jsonl")


def test_a_holder_is_of_the_actor_list_too(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"train": [article(TEXT, mention(TEXT, "usa", "واشنطن", "favor", "france"))]})
    assert found(report) == [("error", "taxonomy"), ("note", "holder")]
    assert "holder 'france'" in report.findings[0].message


def appended(text: str, name: str, actor: str = "usa", holder: str = "author") -> Mention:
    return Mention(actor, len(text), len(text), name, "against", holder)


def test_targets_that_the_text_does_not_name_have_no_edges_to_check(tmp_path: Path) -> None:
    # in the midst of a word, one behind the other, and beside a mention that ends with the sentence
    text = "قالت موسكو إن واشنطن"
    labelled = article(text, mention(text, "russia", "واشنطن"), appended(text, "اللقاح"), appended(text, "ب", "mali"))
    assert found(report_of(tmp_path, {"train": [labelled]})) == []


def test_an_appended_target_is_of_the_actor_list_like_any_other(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"train": [article(TEXT, appended(TEXT, "اللقاح", "vaccine"))]})
    assert found(report) == [("error", "taxonomy")]


def test_an_empty_actor_list_is_an_open_set_of_targets_and_holders(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    labelled = article(TEXT, appended(TEXT, "اللقاح", "vaccine", "patients"), mention(TEXT, "patients", "موسكو"))
    write_corpus(path, [labelled])
    assert found(check([path], actors=(), frames=())) == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("وموسكو", "موسكو"),  # and Moscow
        ("وبموسكو", "موسكو"),  # and in Moscow
        ("للسعودية", "سعودية"),  # to Saudi Arabia, whose article ل has swallowed
        ("ممن حفظ السلام", "من حفظ السلام"),  # from those who kept the peace
        ("«موسكو»", "موسكو"),
        ("مُوسكو", "مُوسكو"),  # with a vowel mark
    ],
)
def test_a_mention_may_begin_behind_clitics(tmp_path: Path, text: str, surface: str) -> None:
    assert found(report_of(tmp_path, {"train": [article(text, mention(text, "russia", surface))]})) == []


def test_a_mention_that_leaves_its_article_outside_is_odd(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"train": [article("في الكويت", mention("في الكويت", "kuwait", "كويت"))]})
    assert found(report) == [("warning", "span")]


def test_overlapping_sentences_are_errors(tmp_path: Path) -> None:
    overlapping = Article("a", TEXT, sentences=(Sentence(0, 10, TEXT[:10]), Sentence(5, 20, TEXT[5:20].strip())))
    report = report_of(tmp_path, {"train": [overlapping]})
    assert ("error", "span") in found(report)


def test_an_id_is_given_once(tmp_path: Path) -> None:
    report = report_of(tmp_path, {"train": [article("أ"), article("ب")], "dev": [article("ج")]})
    assert found(report) == [("error", "id")]
    assert report.findings[0].place == "train.jsonl and dev.jsonl"


def test_an_event_in_two_files_is_a_warning(tmp_path: Path) -> None:
    files = {"train": [article("أ", topic="war")], "dev": [article("ب", identity="b", topic="war")]}
    assert found(report_of(tmp_path, files)) == [("warning", "topic")]


def test_a_held_out_actor_leaks_from_its_own_file_only(tmp_path: Path) -> None:
    labelled = mention(TEXT, "mali", "موسكو")
    files = {
        "unseen": [article(TEXT, labelled)],
        "train": [article("مالي", mention("مالي", "mali", "مالي"), identity="b")],
    }
    report = report_of(tmp_path, files, held_out={"unseen": ["mali"]})
    assert found(report) == [("error", "held out")]
    assert report.findings[0].place == "train.jsonl"


def test_repeated_sentences_are_worse_between_files_than_within_one(tmp_path: Path) -> None:
    # the same sentence, once with a vowel mark, once with another ending
    same, other = TEXT.replace("قالت", "قالتْ"), TEXT.replace("الخريف", "الشتاء")
    within = report_of(tmp_path, {"train": [article(TEXT), article(same, identity="b")]})
    assert found(within) == [("note", "duplicate")]
    across = report_of(tmp_path, {"train": [article(TEXT)], "dev": [article(same, identity="b")]})
    assert found(across) == [("error", "duplicate")]
    nearly = report_of(tmp_path, {"train": [article(TEXT)], "dev": [article(other, identity="b")]})
    assert found(nearly) == [("warning", "duplicate")]


def test_near_duplicates_are_exact_about_likeness_and_leave_short_texts_alone() -> None:
    assert list(near_duplicates([TEXT, "نعم قال", "نعم قال", TEXT])) == [(0, 3, 1.0)]
    assert list(near_duplicates([TEXT, TEXT[10:]], threshold=0.99)) == []


def test_files_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_corpus(tmp_path / name / "train.jsonl", [article("أ")])
    report = check([tmp_path / name / "train.jsonl" for name in ("one", "two")], actors=ACTORS, frames=FRAMES)
    assert str(tmp_path / "one") in report.findings[0].place


def test_the_printed_report_is_cut_short_and_counts_everything() -> None:
    findings = tuple(Finding("error", "taxonomy", f"place {number}", "unknown") for number in range(12))
    printed = lines(Report(1, 1, 1, findings), shown=3)
    assert "error: taxonomy (12)" in printed
    assert "  place 2: unknown" in printed
    assert "  place 3: unknown" not in printed
    assert printed[-1] == "12 errors, 0 warnings, 0 notes."


TAXONOMY = """\
version: 1
actors:
  - {id: russia, kind: state, arabic: روسيا, english: Russia, names: [روسيا]}
"""
FRAME_LIST = """\
version: 1
frames:
  - {id: diplomacy, arabic: دبلوماسية, english: diplomacy}
"""


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    (tmp_path / "actors.yaml").write_text(TAXONOMY, encoding="utf-8")
    (tmp_path / "frames.yaml").write_text(FRAME_LIST, encoding="utf-8")
    return ["--taxonomy", str(tmp_path / "actors.yaml"), "--frames", str(tmp_path / "frames.yaml")]


def test_the_command_ends_with_zero_where_nothing_is_broken(tmp_path: Path, options: list[str]) -> None:
    write_corpus(tmp_path / "train.jsonl", [article(TEXT, mention(TEXT, "russia", "موسكو"))])
    result = CliRunner().invoke(app, ["check", str(tmp_path / "train.jsonl"), *options])
    assert result.exit_code == 0, result.output
    assert "0 errors" in result.output


def test_the_command_accepts_appended_targets_under_an_open_list(tmp_path: Path) -> None:
    write_corpus(tmp_path / "train.jsonl", [article(TEXT, appended(TEXT, "اللقاح", "vaccine"))])
    for name, key in (("actors", "actors"), ("frames", "frames")):
        (tmp_path / f"{name}.yaml").write_text(f"version: 1\n{key}: []\n", encoding="utf-8")
    lists = ["--taxonomy", str(tmp_path / "actors.yaml"), "--frames", str(tmp_path / "frames.yaml")]
    result = CliRunner().invoke(app, ["check", str(tmp_path / "train.jsonl"), *lists])
    assert result.exit_code == 0, result.output


def test_the_command_ends_with_one_where_an_error_is_found(tmp_path: Path, options: list[str]) -> None:
    write_corpus(tmp_path / "train.jsonl", [article(TEXT, mention(TEXT, "usa", "واشنطن"))])
    target = tmp_path / "findings.json"
    result = CliRunner().invoke(app, ["check", str(tmp_path / "train.jsonl"), *options, "--json", str(target)])
    assert result.exit_code == 1, result.output
    assert "train.jsonl, a, sentence 1: actor 'usa' is not in the actor list" in result.output
    first = json.loads(target.read_text(encoding="utf-8"))["findings"][0]
    assert (first["level"], first["kind"]) == ("error", "taxonomy")


def test_the_list_of_held_out_actors_is_found_beside_the_files(tmp_path: Path, options: list[str]) -> None:
    write_corpus(tmp_path / "train.jsonl", [article(TEXT, mention(TEXT, "russia", "موسكو"))])
    (tmp_path / "unseen_actors.txt").write_text("russia\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmp_path / "train.jsonl"), *options])
    assert result.exit_code == 1
    assert "held out" in result.output


def test_what_cannot_be_read_is_an_error_of_the_user(tmp_path: Path, options: list[str]) -> None:
    result = CliRunner().invoke(app, ["check", str(tmp_path / "none.jsonl"), *options])
    assert isinstance(result.exception, ZawiyaError)
    write_corpus(tmp_path / "train.jsonl", [])
    for extra in (["--held-out", "none.txt"], ["--json", str(tmp_path / "none" / "x.json")]):
        result = CliRunner().invoke(app, ["check", str(tmp_path / "train.jsonl"), *options, *extra])
        assert isinstance(result.exception, ZawiyaError)
