"""Importing whole files: what is written where, what is printed, and that nothing is written when a file is at fault."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from zawiya.config import parse
from zawiya.corpus import read_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Mention
from zawiya.taxonomy import Taxonomy
from zawiya.train.data.command import app
from zawiya.train.data.importing import FORMATS, Format, import_files
from zawiya.train.data.importing.convert import config_lines
from zawiya.train.settings import DataSettings

TWEETS = "ID,text,target,stance\n1,نعم لها,Covid Vaccine,Favor\n2,متى؟,Covid Vaccine,\n3,كلا,Covid Vaccine,Against\n"
SENTENCES = "sentence_id\tsentence\tlabel\na\tيا للعار\tSUBJ\nb\tوصل الوفد\tOBJ\n"
COMMENTS = (
    "<comments><comment comment_id='c'><text>شكرا للفريق</text><targets>"
    "<target indices='1' polarity='positive' term='للفريق'/><target indices='0' polarity='negative' term='سكرا'/>"
    "</targets></comment></comments>"
)


def made(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["import", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_it_is_and_has_frames_that_fit_a_frame_list(name: str, tmp_path: Path) -> None:
    form = FORMATS[name]
    assert re.fullmatch(r"[a-z_]+", name)
    assert form.description and "\n" not in form.description
    assert all(all(frame) for frame in form.frames)
    import_files(Format(lambda path: iter(()), form.description, form.frames), [Path("none")], tmp_path, name=name)
    frames = tmp_path / "frames.yaml"
    lists = Taxonomy.load(tmp_path / "actors.yaml", frames)
    assert lists.actor_ids == ()
    # an empty list where the set has no frames: those that come with zawiya would be learnt to be absent everywhere
    assert lists.frame_ids == tuple(frame.id for frame in form.frames)


def test_a_file_is_written_under_a_safe_form_of_its_name(tmp_path: Path) -> None:
    source = made(tmp_path, "My Tweets (Train).csv", TWEETS)
    run("mawqif", source, "--out", tmp_path / "out")
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["actors.yaml", "frames.yaml", "my_tweets_train.jsonl"]


def test_targets_come_back_from_the_file_as_they_were_read(tmp_path: Path) -> None:
    run("farra", made(tmp_path, "train.xml", COMMENTS), "--out", tmp_path / "out")
    [article] = read_corpus(tmp_path / "out" / "train.jsonl")
    assert article.sentences[0].mentions == (
        Mention("للفريق", 5, 11, "للفريق", "favor", "author"),
        Mention("سكرا", 11, 11, "سكرا", "against", "author"),
    )
    assert [mention.appended for mention in article.sentences[0].mentions] == [False, True]


def test_ids_tell_the_files_of_a_set_apart(tmp_path: Path) -> None:
    files = [made(tmp_path, name, TWEETS) for name in ("train.csv", "test.csv")]
    run("mawqif", *files, "--out", tmp_path / "a")
    run("mawqif", files[0], "--out", tmp_path / "b", "--name", "tweets")
    ids = [
        article.id for path in ("a/train", "a/test", "b/train") for article in read_corpus(tmp_path / f"{path}.jsonl")
    ]
    assert ids == [
        "mawqif-train-1", "mawqif-train-3", "mawqif-test-1", "mawqif-test-3", "tweets-train-1", "tweets-train-3",
    ]  # fmt: skip


def test_counts_of_stances_are_printed(tmp_path: Path) -> None:
    printed = run("mawqif", made(tmp_path, "train.csv", TWEETS), "--out", tmp_path / "out").splitlines()
    assert printed[:4] == [
        f"{tmp_path / 'out' / 'train.jsonl'}: 2 articles, 2 sentences, 2 targets (2 appended)",
        "  stance: favor 1, against 1, neutral 0",
        "  without a label and not written: 1",
        "  1 × the row has no stance",
    ]


def test_counts_of_frames_are_printed(tmp_path: Path) -> None:
    printed = run("clef_subjectivity", made(tmp_path, "train.tsv", SENTENCES), "--out", tmp_path / "out").splitlines()
    assert printed[:2] == [
        f"{tmp_path / 'out' / 'train.jsonl'}: 2 articles, 2 sentences, 0 targets",
        "  frames: subjective 1",
    ]


def test_the_config_lines_name_lists_and_files_by_what_they_are_for(tmp_path: Path) -> None:
    files = [made(tmp_path, f"{name}.tsv", SENTENCES) for name in ("train_ar", "dev_ar", "dev_test_ar")]
    form = FORMATS["clef_subjectivity"]
    written = import_files(form, files, tmp_path / "out", name="clef")
    config = yaml.safe_load(config_lines(written))
    out = tmp_path / "out"
    assert (config["actors"], config["frames"]) == (str(out / "actors.yaml"), str(out / "frames.yaml"))
    data = parse(DataSettings, config["data"], source="the printed lines")
    assert data == DataSettings(
        train=(str(out / "train_ar.jsonl"),), dev=(str(out / "dev_ar.jsonl"),), test=(str(out / "dev_test_ar.jsonl"),)
    )


def test_nothing_is_written_when_a_file_is_at_fault(tmp_path: Path) -> None:
    files = [made(tmp_path, "train.csv", TWEETS), made(tmp_path, "test.csv", TWEETS.replace("Against", "Foe"))]
    with pytest.raises(FaultsError, match="1 fault\n  - line 4: stance: "):
        run("mawqif", *files, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_faults_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    files = [made(tmp_path, name, TWEETS.replace("Against", "Foe")) for name in ("train.csv", "test.csv")]
    with pytest.raises(FaultsError) as caught:
        run("mawqif", *files, "--out", tmp_path / "out")
    assert [fault.split(":")[0] for fault in caught.value.faults] == [f"{path}, line 4" for path in files]


def test_an_unknown_format_is_told_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"(?s)tweets: there is no such format.*mawqif: .*farra: "):
        run("tweets", tmp_path / "train.csv", "--out", tmp_path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"absent.csv: expected a file that can be read"):
        run("mawqif", tmp_path / "absent.csv", "--out", tmp_path / "out")


def test_two_files_never_go_to_one_place(tmp_path: Path) -> None:
    files = [made(tmp_path, name, TWEETS) for name in ("a b.csv", "A-b.csv")]
    with pytest.raises(ZawiyaError, match=r"would both be written to .*a_b.jsonl; import them into two folders"):
        run("mawqif", *files, "--out", tmp_path / "out")


def test_a_file_of_the_set_is_never_written_over(tmp_path: Path) -> None:
    source = made(tmp_path, "train.jsonl", '{"sentence_normalized": "Doe left.", "targets": []}')
    with pytest.raises(ZawiyaError, match="choose another folder with --out"):
        run("newsmtsc", source, "--out", tmp_path)
