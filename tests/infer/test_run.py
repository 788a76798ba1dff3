import json
import os
import signal
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from zawiya.corpus import article_from_json
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.infer.folder import RESULTS, UNFINISHED
from zawiya.infer.progress import Silent
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings
from zawiya.records import Article

from .conftest import ACCUSING, add_broken


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def record(folder) -> dict:
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def changed(settings, **values) -> InferSettings:
    return replace(settings, **values)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_a_run_writes_every_result_and_nothing_else(settings, labeler, out):
    run(settings, labeler=labeler)
    assert names(out) == sorted((*RESULTS, "run.json"))


def test_articles_read_back_and_offsets_slice_the_text(settings, labeler, out):
    run(settings, labeler=labeler)
    lines = (out / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [article_from_json(json.loads(line)) for line in lines]
    assert articles[0].text.strip() == ACCUSING.strip()
    assert any(sentence.frame_scores for sentence in articles[0].sentences)
    stances = pq.read_table(out / "stances.parquet").to_pylist()
    texts = {article.id: article.text for article in articles}
    assert stances
    for row in stances:
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["mention"]
    for row in pq.read_table(out / "sentences.parquet").to_pylist():
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]


def test_tables_say_who_is_for_and_against_whom(settings, labeler, out):
    run(settings, labeler=labeler)
    rows = [row for row in pq.read_table(out / "stances.parquet").to_pylist() if row["role"] == "body"]
    assert {(row["outlet"], row["actor"], row["stance"]) for row in rows} == {
        ("east", "russia", "against"),
        ("east", "usa", "against"),
        ("west", "russia", "favor"),
        ("west", "usa", "favor"),
    }
    for row in rows:
        assert row["favor"] + row["against"] + row["neutral"] == pytest.approx(1, abs=1e-5)
        assert row["score"] == row[row["stance"]]
        assert row["holder"] == "author"
        assert row["date"].startswith("2022-01-0")


def test_stances_and_sentences_share_their_ids(settings, labeler, out):
    run(settings, labeler=labeler)
    sentences = {row["sentence_id"]: row for row in pq.read_table(out / "sentences.parquet").to_pylist()}
    stances = pq.read_table(out / "stances.parquet").to_pylist()
    for name, row in sentences.items():
        assert row["n_actors"] == sum(stance["sentence_id"] == name for stance in stances)


def test_the_summary_counts_what_the_files_hold(settings, labeler, out):
    summary = run(settings, labeler=labeler)
    sentences = pq.read_table(out / "sentences.parquet").to_pylist()
    assert summary.articles == 2
    assert summary.sentences + summary.furniture == len(sentences)
    assert summary.rows == pq.read_metadata(out / "stances.parquet").num_rows
    assert summary.frames == {"diplomacy": 1, "interference": 1}
    assert not summary.interrupted


def test_run_json_says_what_decided_the_results(settings, labeler, out, news):
    add_broken(news)
    summary = run(settings, labeler=labeler)
    said = record(out)
    assert said["complete"] is True
    assert said["model"] == {"name": "five words", "fingerprint": "0123456789abcdef"}
    assert said["taxonomy"] == {"fingerprint": labeler.taxonomy.fingerprint}
    assert said["schema"] == {"articles": 1, "tables": 1}
    assert set(said["versions"]) == {"zawiya", "python", "numpy", "onnxruntime", "pyarrow", "tokenizers"}
    assert InferSettings(**{**said["settings"], "paths": tuple(said["settings"]["paths"])}) == settings
    assert said["counts"]["stances"] == summary.stances
    assert said["counts"]["skipped"] == {"binary": 1, "empty": 1, "not_arabic": 1}
    assert {skipped["reason"] for skipped in said["skipped"]} == {"binary", "empty", "not_arabic"}
    assert all(skipped["source"] and skipped["detail"] for skipped in said["skipped"])
    assert said["started"] <= said["finished"]


def test_warnings_of_articles_are_told_with_their_source(settings, labeler, out, tmp_path):
    file = tmp_path / "pair.jsonl"
    line = json.dumps({"id": "same", "text": ACCUSING}, ensure_ascii=False)
    file.write_text(f"{line}\n{line}\n", encoding="utf-8")
    run(changed(settings, paths=(str(file),)), labeler=labeler)
    warnings = record(out)["warnings"]
    assert [warning["source"] for warning in warnings] == [f"{file.as_posix()}#2"]
    assert "same" in warnings[0]["warning"]


def test_bad_inputs_do_not_change_the_labels_of_good_ones(settings, labeler, out, news, tmp_path):
    run(settings, labeler=labeler)
    add_broken(news)
    run(changed(settings, out=str(tmp_path / "again")), labeler=labeler)
    assert (out / "articles.jsonl").read_bytes() == (tmp_path / "again" / "articles.jsonl").read_bytes()


def test_the_same_input_gives_the_same_bytes(settings, labeler, out, tmp_path):
    run(settings, labeler=labeler)
    run(changed(settings, out=str(tmp_path / "again"), row_group=1), labeler=labeler)
    for name in ("articles.jsonl", "sentences.csv", "stances.csv"):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_nothing_to_label_still_leaves_complete_files(settings, labeler, out, tmp_path):
    (tmp_path / "void").mkdir()
    summary = run(changed(settings, paths=(str(tmp_path / "void"),)), labeler=labeler)
    assert summary.articles == 0
    assert names(out) == sorted((*RESULTS, "run.json"))
    assert pq.read_metadata(out / "stances.parquet").num_rows == 0


def test_a_folder_that_holds_something_is_refused_and_left_alone(settings, labeler, out):
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"found mine\.txt.*--overwrite"):
        run(settings, labeler=labeler)
    assert names(out) == ["mine.txt"]


def test_overwrite_replaces_results_and_keeps_other_files(settings, labeler, out):
    run(settings, labeler=labeler)
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    (out / "stances.csv").write_text("old", encoding="utf-8")
    run(changed(settings, overwrite=True), labeler=labeler)
    assert names(out) == sorted((*RESULTS, "run.json", "mine.txt"))
    assert (out / "stances.csv").read_text(encoding="utf-8-sig").startswith("article_id,")


def test_a_run_that_was_killed_is_told_from_results(settings, labeler, out):
    (out / UNFINISHED).mkdir(parents=True)
    (out / UNFINISHED / "articles.jsonl").write_text("half", encoding="utf-8")
    with pytest.raises(ZawiyaError, match="at work or was killed"):
        run(settings, labeler=labeler)
    run(changed(settings, overwrite=True), labeler=labeler)
    assert names(out) == sorted((*RESULTS, "run.json"))


@pytest.mark.parametrize("inside", ["news/out", "news", "."])
def test_results_and_inputs_may_not_lie_inside_each_other(settings, labeler, tmp_path, inside):
    with pytest.raises(ZawiyaError, match="inside each other"):
        run(changed(settings, out=str(tmp_path / inside), overwrite=True), labeler=labeler)
    assert not (tmp_path / "news" / "out").exists()


def test_inputs_that_do_not_exist_are_all_named(settings, labeler, out):
    with pytest.raises(FaultsError, match="2 faults"):
        run(changed(settings, paths=("nowhere", "nothing.txt")), labeler=labeler)
    assert not out.exists()


def test_one_missing_input_beside_good_ones_is_skipped(settings, labeler, out):
    summary = run(changed(settings, paths=("nowhere", *settings.paths)), labeler=labeler)
    assert summary.articles == 2
    assert summary.reasons == {"vanished": 1}


def test_a_failure_leaves_no_trace(settings, make_labeler, out):
    class Failing(Silent):
        def article(self, article):
            raise RuntimeError("a fault of the program")

    with pytest.raises(RuntimeError):
        run(settings, labeler=make_labeler(), watch=Failing())
    assert not out.exists()


def test_a_failure_keeps_the_results_of_an_earlier_run(settings, labeler, out, monkeypatch):
    run(settings, labeler=labeler)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(_article):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zawiya.infer.folder.dumps", full)
    with pytest.raises(ZawiyaError, match="No space left"):
        run(changed(settings, overwrite=True), labeler=labeler)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_a_message_without_a_trace(settings, labeler, out, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("zawiya.infer.writers.pq.ParquetWriter", full)
    with pytest.raises(ZawiyaError, match="No space left"):
        run(settings, labeler=labeler)
    assert not out.exists()


def test_an_unknown_format_is_refused_without_a_trace(settings, labeler, out):
    with pytest.raises(ZawiyaError, match="unknown input format"):
        run(changed(settings, format="pdf"), labeler=labeler)
    assert not out.exists()


def test_an_interrupt_keeps_what_was_finished(settings, make_labeler, out, monkeypatch):
    monkeypatch.setattr("zawiya.labeler.GROUP", 1)
    summary = run(settings, labeler=make_labeler(interrupt_at=2))
    assert summary.interrupted
    assert summary.articles == 1
    assert names(out) == sorted((*RESULTS, "run.json"))
    assert record(out)["complete"] is False
    ids = {row["article_id"] for row in pq.read_table(out / "sentences.parquet").to_pylist()}
    assert len(ids) == len((out / "articles.jsonl").read_text(encoding="utf-8").splitlines()) == 1


def test_ctrl_c_in_the_midst_of_writing_waits_for_the_article(settings, labeler, out):
    class Interrupting(Silent):
        def article(self, article):
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    summary = run(settings, labeler=labeler, watch=Interrupting())
    assert summary.interrupted
    assert summary.articles == 1
    assert record(out)["counts"]["articles"] == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_reading_goes_no_further_than_labelling_needs(settings, labeler, monkeypatch):
    """Memory stays flat: at most one group of articles is read before its first is written."""
    ahead = []
    taken = 0

    def endless(_paths, *, options):
        nonlocal taken
        for number in range(10):
            taken += 1
            yield Article(id=str(number), text=ACCUSING)

    class Counting(Silent):
        written = 0

        def article(self, article):
            self.written += 1
            ahead.append(taken - self.written)

    monkeypatch.setattr("zawiya.labeler.GROUP", 2)
    monkeypatch.setattr("zawiya.infer.run.read", endless)
    run(settings, labeler=labeler, watch=Counting())
    assert max(ahead) <= 2
