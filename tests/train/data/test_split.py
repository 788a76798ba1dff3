"""Splits by event: the table is kept, and the corpus that comes with the project keeps its promises."""

from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zawiya.arabic import fold
from zawiya.corpus import read_corpus, write_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.reading import Skipped, read
from zawiya.records import STANCES, Article
from zawiya.train.data.command import app
from zawiya.train.data.duplicates import near_duplicates
from zawiya.train.data.split import Row, read_table, split

DATA = Path(__file__).parents[3] / "data"
CORPUS = DATA / "corpus"
SPLITS = ("train", "dev", "test", "unseen_actors")


@pytest.fixture(scope="module")
def corpus() -> dict[str, list[Article]]:
    return {name: list(read_corpus(CORPUS / f"{name}.jsonl")) for name in SPLITS}


def table(folder: Path, *rows: str) -> Path:
    path = folder / "splits.tsv"
    path.write_text("\n".join(("event\ttopic\tsplit\tarticles", *rows)) + "\n", encoding="utf-8")
    return path


ARTICLES = [Article(str(number), "نص", topic=topic) for number, topic in enumerate(["war", "vote", "war", "truce"])]


def test_articles_go_where_the_table_says_in_their_order(tmp_path: Path) -> None:
    rows = read_table(table(tmp_path, "war\twar\ttrain\t2", "war\ttruce\ttrain\t1", "vote\tvote\tdev\t1"))
    found = split(ARTICLES, rows)
    assert {name: [a.id for a in articles] for name, articles in found.items()} == {
        "train": ["0", "2", "3"],
        "dev": ["1"],
    }


def test_table_and_corpus_must_agree() -> None:
    rows = [Row("war", "war", "train", 3), Row("vote", "vote", "dev", 1), Row("gone", "gone", "dev", 1)]
    with pytest.raises(FaultsError) as caught:
        split(ARTICLES, rows)
    faults = "\n".join(caught.value.faults)
    assert "'war': expected 3 articles, found 2" in faults
    assert "'gone': expected 1 articles, found 0" in faults
    assert "'truce' of 1 articles is not in the table" in faults


def test_all_faults_of_a_table_are_named(tmp_path: Path) -> None:
    path = table(tmp_path, "war\ta\ttrain\t1", "war\tb\tdev\t1", "vote\tb\tdev\t1", "x\ty\tdev\tmany", "x")
    with pytest.raises(FaultsError) as caught:
        read_table(path)
    assert len(caught.value.faults) == 4
    faults = "\n".join(caught.value.faults)
    for words in ("line 5", "line 6", "'war' stands in the splits dev and train", "'b' stands 2 times"):
        assert words in faults


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "splits.tsv"
    path.write_text("topic\tsplit\n", encoding="utf-8")
    with pytest.raises(ZawiyaError, match="expected the columns event, topic"):
        read_table(path)
    with pytest.raises(ZawiyaError, match="can be read"):
        read_table(tmp_path / "none.tsv")


def test_the_command_writes_a_file_for_each_split(tmp_path: Path) -> None:
    write_corpus(tmp_path / "all.jsonl", ARTICLES)
    path = table(tmp_path, "war\twar\ttrain\t2", "vote\tvote\tdev\t1", "truce\ttruce\tdev\t1")
    arguments = ["split", "--source", tmp_path / "all.jsonl", "--table", path, "--out", tmp_path / "out"]
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    assert [a.id for a in read_corpus(tmp_path / "out" / "dev.jsonl")] == ["1", "3"]


def test_the_corpus_is_split_as_its_table_says(corpus: dict[str, list[Article]]) -> None:
    rows = read_table(CORPUS / "splits.tsv")
    everything = [article for articles in corpus.values() for article in articles]
    found = split(everything, rows)
    assert {name: {a.id for a in articles} for name, articles in found.items()} == {
        name: {a.id for a in articles} for name, articles in corpus.items()
    }


def test_shares_of_the_corpus_are_as_its_card_says(corpus: dict[str, list[Article]]) -> None:
    assert {name: len(articles) for name, articles in corpus.items()} == {
        "train": 236,
        "dev": 40,
        "test": 42,
        "unseen_actors": 22,
    }


def test_held_out_actors_occur_in_their_own_split_only(corpus: dict[str, list[Article]]) -> None:
    held_out = set((CORPUS / "unseen_actors.txt").read_text(encoding="utf-8").split())
    assert len(held_out) >= 12
    rows = Counter(
        (name, mention.actor)
        for name, articles in corpus.items()
        for article in articles
        for sentence in article.sentences
        for mention in sentence.mentions
        if mention.actor in held_out or mention.holder in held_out
    )
    assert {actor for name, actor in rows if name == "unseen_actors"} >= held_out
    assert {name for name, _ in rows} == {"unseen_actors"}


@pytest.mark.parametrize("name", ["dev", "test"])
def test_every_frame_and_stance_can_be_measured(corpus: dict[str, list[Article]], name: str) -> None:
    sentences = [sentence for article in corpus[name] for sentence in article.sentences]
    frames = Counter(frame for sentence in sentences for frame in sentence.frames)
    stances = Counter(mention.stance for sentence in sentences for mention in sentence.mentions)
    assert len(frames) == 15
    assert min(frames.values()) >= 20
    assert min(stances[stance] for stance in STANCES) >= 100


def test_outlets_are_spread_over_the_splits(corpus: dict[str, list[Article]]) -> None:
    outlets = {name: {article.outlet for article in articles} for name, articles in corpus.items()}
    assert outlets["train"] == outlets["dev"] == outlets["test"]


def test_no_sentence_stands_on_both_sides_of_a_split(corpus: dict[str, list[Article]]) -> None:
    places = [(name, s.text) for name, articles in corpus.items() for article in articles for s in article.sentences]
    pairs = near_duplicates([text for _, text in places])
    assert [(places[a], places[b]) for a, b, _ in pairs if places[a][0] != places[b][0]] == []


def test_the_sample_articles_can_be_read_and_are_not_trained_on(corpus: dict[str, list[Article]]) -> None:
    sample = list(read([DATA / "articles"]))
    assert [item for item in sample if isinstance(item, Skipped)] == []
    texts = [fold(article.text) for article in sample]
    assert len(texts) >= 24
    assert len({Path(article.source.split("#")[0]).parent for article in sample}) >= 4
    suffixes = {"".join(path.suffixes) for path in (DATA / "articles").rglob("*") if path.is_file()}
    assert suffixes >= {".txt", ".txt.gz", ".md", ".html", ".jsonl", ".csv", ".json", ".docx"}
    assert {article.encoding for article in sample} >= {"windows-1256", "utf-8", "utf-16-le"}
    trained = [fold(s.text) for article in corpus["train"] for s in article.sentences]
    assert [s for s in trained if s.count(" ") >= 4 and any(s in text for text in texts)] == []
