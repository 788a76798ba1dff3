import json
import os
import signal
from dataclasses import replace

import pytest

from zawiya.corpus import article_from_json
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.infer.progress import Silent
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings
from zawiya.labeler import AHEAD

from .conftest import ACCUSING, THANKING, add_broken
from .results import TOP, articles, everything, lines, names, parts, record, rows, sheet


def changed(settings, **values) -> InferSettings:
    return replace(settings, **values)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_a_run_writes_every_result_and_nothing_else(settings, labeler, out):
    run(settings, labeler=labeler)
    assert names(out) == TOP


def test_articles_read_back_and_offsets_slice_the_text(settings, labeler, out):
    run(settings, labeler=labeler)
    found = [article_from_json(obj) for obj in articles(out)]
    assert found[0].text.strip() == ACCUSING.strip()
    assert any(sentence.frame_scores for sentence in found[0].sentences)
    stances = rows(out, "stances")
    texts = {article.id: article.text for article in found}
    assert stances
    for row in stances:
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["mention"]
    for row in rows(out, "sentences"):
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]


def test_tables_say_who_is_for_and_against_whom(settings, labeler, out):
    run(settings, labeler=labeler)
    body = [row for row in rows(out, "stances") if row["role"] == "body"]
    assert {(row["outlet"], row["actor"], row["stance"]) for row in body} == {
        ("east", "russia", "against"),
        ("east", "usa", "against"),
        ("west", "russia", "favor"),
        ("west", "usa", "favor"),
    }
    for row in body:
        assert row["favor"] + row["against"] + row["neutral"] == pytest.approx(1, abs=1e-5)
        assert row["score"] == row[row["stance"]]
        assert row["holder"] == "author"
        assert row["date"].startswith("2022-01-0")


def test_stances_and_sentences_share_their_ids(settings, labeler, out):
    run(settings, labeler=labeler)
    sentences = {row["sentence_id"]: row for row in rows(out, "sentences")}
    stances = rows(out, "stances")
    for name, row in sentences.items():
        assert row["n_actors"] == sum(stance["sentence_id"] == name for stance in stances)


def test_the_summary_counts_what_the_files_hold(settings, labeler, out):
    summary = run(settings, labeler=labeler)
    sentences = rows(out, "sentences")
    assert summary.articles == 2
    assert summary.sentences + summary.furniture == len(sentences)
    assert summary.rows == len(rows(out, "stances")) == len(sheet(out, "stances"))
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
    assert lines(out) == lines(tmp_path / "again")


def test_the_same_input_gives_the_same_rows(settings, labeler, out, tmp_path):
    run(settings, labeler=labeler)
    run(changed(settings, out=str(tmp_path / "again"), row_group=1), labeler=labeler)
    assert everything(out) == everything(tmp_path / "again")


def test_nothing_to_label_still_leaves_complete_files(settings, labeler, out, tmp_path):
    (tmp_path / "void").mkdir()
    summary = run(changed(settings, paths=(str(tmp_path / "void"),)), labeler=labeler)
    assert summary.articles == 0
    assert names(out) == TOP
    assert sheet(out, "sentences") == sheet(out, "stances") == []
    assert parts(out) == []


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
    assert names(out) == sorted((*TOP, "mine.txt"))
    assert (out / "stances.csv").read_text(encoding="utf-8-sig").startswith('"article_id",')


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


def test_a_failure_keeps_what_was_put_away_before(settings, labeler, out, news):
    run(settings, labeler=labeler)
    before = lines(out)

    class Failing(Silent):
        def article(self, article):
            raise RuntimeError("a fault of the program")

    (news / "new.txt").write_text(THANKING, encoding="utf-8")
    with pytest.raises(RuntimeError):
        run(settings, labeler=labeler, watch=Failing())
    assert lines(out) == before
    assert run(settings, labeler=labeler).added == 1


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
    monkeypatch.setattr("zawiya.infer.intake.GROUP", 1)
    summary = run(settings, labeler=make_labeler(interrupt_at_thanks=True))
    assert summary.interrupted
    assert summary.articles == 1
    assert names(out) == TOP
    assert record(out)["complete"] is False
    assert len({row["article_id"] for row in rows(out, "sentences")}) == len(lines(out)) == 1
    again = run(settings, labeler=make_labeler())
    assert (again.added, again.articles, again.interrupted) == (1, 2, False)


def test_ctrl_c_in_the_midst_of_writing_waits_for_the_group(settings, labeler, out):
    class Interrupting(Silent):
        def article(self, article):
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    summary = run(settings, labeler=labeler, watch=Interrupting())
    assert summary.interrupted
    assert summary.articles == record(out)["counts"]["articles"] == len(lines(out)) == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_a_part_is_put_away_after_so_many_sentences_or_seconds(settings, labeler, tmp_path, monkeypatch):
    monkeypatch.setattr("zawiya.infer.intake.GROUP", 1)
    for name, values in {"sentences": {"part_sentences": 1}, "seconds": {"part_seconds": 1e-9}, "neither": {}}.items():
        run(changed(settings, out=str(tmp_path / name), **values), labeler=labeler)
    assert len(parts(tmp_path / "sentences")) == len(parts(tmp_path / "seconds")) > 1
    assert parts(tmp_path / "neither") == [1]
    assert lines(tmp_path / "sentences") == lines(tmp_path / "neither")


def test_reading_goes_no_further_than_labelling_needs(settings, labeler, news, monkeypatch):
    """Memory stays flat: a few groups are read before the first is written."""
    monkeypatch.setattr("zawiya.infer.intake.GROUP", 1)
    for number in range(20):
        (news / f"{number:02}.txt").write_text(ACCUSING, encoding="utf-8")
    taken = written = 0
    ahead = []
    true = labeler.prepare

    def prepare(article):
        nonlocal taken
        taken += 1
        return true(article)

    class Counting(Silent):
        def article(self, article):
            nonlocal written
            written += 1
            ahead.append(taken - written)

    monkeypatch.setattr(labeler, "prepare", prepare)
    run(settings, labeler=labeler, watch=Counting())
    assert written == 22
    assert max(ahead) <= AHEAD


# Night after night: the same folder for the results.


def test_what_is_unchanged_is_not_labelled_again(settings, labeler, out):
    run(settings, labeler=labeler)
    before = everything(out)
    stamp = (out / "stances.csv").stat().st_mtime_ns
    summary = run(settings, labeler=labeler)
    assert (summary.added, summary.unchanged, summary.gone) == (0, 2, 0)
    assert record(out)["this_run"] == {"added": 0, "unchanged": 2, "gone": 0}
    assert everything(out) == before
    assert parts(out) == [1]
    assert (out / "stances.csv").stat().st_mtime_ns == stamp


def test_a_sheet_that_is_missing_is_written_again(settings, labeler, out):
    run(settings, labeler=labeler)
    before = everything(out)
    (out / "stances.csv").unlink()
    run(settings, labeler=labeler)
    assert everything(out) == before


def test_a_new_file_is_labelled_alone(settings, labeler, out, news):
    run(settings, labeler=labeler)
    (news / "new.txt").write_text(THANKING, encoding="utf-8")
    summary = run(settings, labeler=labeler)
    assert (summary.added, summary.unchanged, summary.articles) == (1, 2, 3)
    assert [article["id"] for article in articles(out)] == ["east/2022-01-06-a", "west/2022-01-07-b", "new"]
    assert len(sheet(out, "sentences")) == len(rows(out, "sentences")) > 0


def test_of_a_changed_file_only_the_new_rows_stay_under_the_same_id(settings, labeler, out, news):
    run(settings, labeler=labeler)
    (news / "east" / "2022-01-06-a.txt").write_text(THANKING, encoding="utf-8")
    summary = run(settings, labeler=labeler)
    assert (summary.added, summary.unchanged, summary.articles) == (1, 1, 2)
    found = {article["id"]: article["text"].strip() for article in articles(out)}
    assert found == {"east/2022-01-06-a": THANKING.strip(), "west/2022-01-07-b": THANKING.strip()}
    assert {row["stance"] for row in rows(out, "stances") if row["role"] == "body"} == {"favor"}
    assert len(lines(out)) == record(out)["counts"]["articles"] == 2


def test_a_file_that_is_gone_keeps_its_rows_and_is_counted(settings, labeler, out, news):
    run(settings, labeler=labeler)
    before = lines(out)
    (news / "east" / "2022-01-06-a.txt").unlink()
    summary = run(settings, labeler=labeler)
    assert (summary.gone, summary.articles) == (1, 2)
    assert record(out)["this_run"]["gone"] == 1
    assert lines(out) == before


def test_a_file_that_was_moved_is_a_new_one_and_a_gone_one(settings, labeler, out, news):
    run(settings, labeler=labeler)
    (news / "east" / "2022-01-06-a.txt").rename(news / "moved.txt")
    summary = run(settings, labeler=labeler)
    assert (summary.added, summary.unchanged, summary.gone, summary.articles) == (1, 1, 1, 3)


def test_a_file_that_changes_and_changes_back_is_there_once(settings, labeler, out, news, monkeypatch):
    """Even where the run between was stopped before it took out the old rows."""
    file = news / "east" / "2022-01-06-a.txt"
    run(settings, labeler=labeler)
    before = sorted(lines(out))
    file.write_text(THANKING, encoding="utf-8")
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("zawiya.infer.folder.ResultFolder.drop", failing)
        run(settings, labeler=labeler)
    assert len(lines(out)) == 3
    file.write_text(ACCUSING, encoding="utf-8")
    assert run(settings, labeler=labeler).added == 0
    assert sorted(lines(out)) == before


def failing(*_, **__):
    raise RuntimeError("killed, as it were")


def test_a_run_stopped_before_the_old_rows_went_is_settled_by_the_next(settings, labeler, out, news, monkeypatch):
    run(settings, labeler=labeler)
    (news / "east" / "2022-01-06-a.txt").write_text(THANKING, encoding="utf-8")
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("zawiya.infer.folder.ResultFolder.drop", failing)
        run(settings, labeler=labeler)
    summary = run(settings, labeler=labeler)
    assert (summary.added, summary.unchanged, summary.articles) == (0, 2, 2)
    assert len({article["id"] for article in articles(out)}) == len(lines(out)) == 2
    assert len(sheet(out, "sentences")) == len(rows(out, "sentences"))


def test_a_part_written_anew_does_not_hide_how_far_its_sources_were_read(settings, labeler, out, tmp_path, monkeypatch):
    """A file of many lies in two parts; the one with its beginning is written anew for the sake of another file."""
    monkeypatch.setattr("zawiya.infer.intake.GROUP", 150)
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.txt").write_text(ACCUSING, encoding="utf-8")
    record_ = json.dumps({"text": THANKING}, ensure_ascii=False)
    (folder / "b.jsonl").write_text(f"{record_}\n" * 4, encoding="utf-8")
    asked = changed(settings, paths=(str(folder),), part_sentences=1)
    run(asked, labeler=labeler)
    assert len(parts(out)) > 1
    (folder / "a.txt").write_text(THANKING, encoding="utf-8")
    assert run(asked, labeler=labeler).added == 1
    again = run(asked, labeler=labeler)
    assert (again.added, again.unchanged, again.articles) == (0, 2, 5)


def test_a_file_that_changes_while_it_is_read_is_named_and_has_no_rows(settings, make_labeler, out, news):
    file = news / "east" / "2022-01-06-a.txt"
    labeler = make_labeler()
    run(settings, labeler=labeler)
    file.write_text(THANKING, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zawiya.infer.intake.read_source", reading_then(lambda: file.write_text(ACCUSING + "\n")))
        summary = run(settings, labeler=labeler)
    assert summary.reasons == {"changed": 1}
    assert record(out)["skipped"][0]["source"] == file.as_posix()
    assert [article["id"] for article in articles(out)] == ["west/2022-01-07-b"]
    assert [row for row in rows(out, "sentences") if row["source"] == file.as_posix()] == []
    again = run(settings, labeler=labeler)
    assert (again.added, again.articles, again.reasons) == (1, 2, {})


def reading_then(act):
    """Reading, and something that happens while it goes on."""
    from zawiya.reading import read_source

    def read(source, **options):
        yield from read_source(source, **options)
        if "2022-01-06" in source.name:
            act()

    return read


def test_what_the_system_refuses_halfway_is_asked_for_again(settings, labeler, out, news):
    from zawiya.reading import Skipped, read_source

    def refusing(source, **options):
        yield Skipped(source.name, "unreadable", "Input/output error")

    for _ in range(2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("zawiya.infer.intake.read_source", refusing)
            assert run(settings, labeler=labeler).reasons == {"unreadable": 2}
        assert parts(out) == []
    assert run(settings, labeler=labeler).added == 2
    assert read_source is not refusing


def test_the_same_path_given_twice_is_read_once(settings, labeler, out, news):
    file = str(news / "east" / "2022-01-06-a.txt")
    summary = run(changed(settings, paths=(file, str(news), file)), labeler=labeler)
    assert summary.articles == len(lines(out)) == 2


@pytest.mark.parametrize("name", ["a#1.txt", "#.txt", "a #s0.txt"])
def test_a_mark_in_a_file_name_is_no_number_of_a_record(settings, labeler, out, news, name):
    (news / "a.txt").write_text(ACCUSING, encoding="utf-8")
    (news / name).write_text(ACCUSING, encoding="utf-8")
    run(settings, labeler=labeler)
    (news / name).write_text(THANKING, encoding="utf-8")
    assert run(settings, labeler=labeler).added == 1
    held = [article["source"] for article in articles(out)]
    assert len(held) == len(set(held)) == 4


def test_results_of_another_model_are_not_added_to(settings, labeler, out):
    run(settings, labeler=labeler)
    before = everything(out)
    labeler.fingerprint = "fedcba9876543210"
    with pytest.raises(ZawiyaError, match=r"model .*was '0123456789abcdef' and is 'fedcba9876543210'.*--overwrite"):
        run(settings, labeler=labeler)
    with pytest.raises(ZawiyaError, match=r"max_chars was 2000000 and is 99999; the model .*was"):
        run(changed(settings, max_chars=99999), labeler=labeler)
    assert everything(out) == before
    assert run(changed(settings, overwrite=True), labeler=labeler).added == 2


def test_one_run_at_a_time(settings, labeler, out):
    class Another(Silent):
        said = ""

        def article(self, article):
            with pytest.raises(ZawiyaError) as caught:
                run(changed(settings, overwrite=True), labeler=labeler)
            self.said = str(caught.value)

    watch = Another()
    assert run(settings, labeler=labeler, watch=watch).articles == 2
    assert "another run is writing to this folder" in watch.said
