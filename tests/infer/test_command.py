"""``zawiya infer`` as a user calls it: through ``zawiya.__main__``, with the model of a few words."""

import io
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from filelock import FileLock

from zawiya import __main__ as program
from zawiya.errors import ZawiyaError
from zawiya.labeler import Labeler

from .conftest import ACCUSING, THANKING, add_broken
from .results import articles, everything, lines, parts, record, rows


@pytest.fixture
def use(monkeypatch) -> Callable[[Labeler], None]:
    """Puts a labeler in the place of the embedded one."""
    return lambda labeler: monkeypatch.setattr(Labeler, "load", classmethod(lambda cls, *_, **__: labeler))


@pytest.fixture
def infer(use, monkeypatch, capsys, labeler, taxonomy_files):
    """Calls the program; gives exit status, standard output and standard error."""
    use(labeler)
    monkeypatch.setattr("zawiya.infer.engine.Taxonomy.load", classmethod(lambda cls, *_: labeler.taxonomy))

    def call(*arguments, stdin: bytes = b""):
        monkeypatch.setattr(sys, "argv", ["zawiya", "infer", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return call


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def test_all_well_is_status_0_and_a_table_on_standard_output(infer, news, out):
    status, said, complained = infer(news, "--out", out)
    assert status == 0
    assert "russia" in said
    assert "diplomacy" in said
    assert not complained
    assert (out / "run.json").is_file()


def test_quiet_says_nothing(infer, news, out):
    assert infer(news, "--out", out, "--quiet") == (0, "", "")


def test_standard_input_is_read(infer, out):
    status, _, _ = infer("-", "--out", out, stdin=ACCUSING.encode())
    assert status == 0
    assert rows(out, "stances")


def test_a_format_may_be_forced(infer, tmp_path, out):
    file = tmp_path / "articles.txt"
    file.write_text(json.dumps({"text": ACCUSING}) + "\n", encoding="utf-8")
    assert infer(file, "--out", out, "--format", "jsonl")[0] == 0
    [article] = articles(out)
    assert article["text"].strip() == ACCUSING.strip()


def test_an_outlet_is_only_taken_from_the_folder_when_wished(infer, news, out, tmp_path):
    infer(news, "--out", out)
    infer(news, "--out", tmp_path / "again", "--outlet-from", "none")
    outlets = [{row["outlet"] for row in rows(folder, "sentences")} for folder in (out, tmp_path / "again")]
    assert outlets == [{"east", "west"}, {None}]


def test_broken_inputs_beside_good_ones_are_named_and_status_0(infer, news, out):
    add_broken(news)
    status, said, _ = infer(news, "--out", out)
    assert status == 0
    for reason in ("empty", "binary", "not_arabic"):
        assert reason in said


def test_strict_makes_a_skipped_input_status_1_after_writing_all(infer, news, out):
    add_broken(news)
    assert infer(news, "--out", out, "--strict")[0] == 1
    assert rows(out, "stances")


def test_nothing_labelled_is_status_1(infer, tmp_path, out):
    (tmp_path / "void").mkdir()
    status, said, _ = infer(tmp_path / "void", "--out", out)
    assert status == 1
    assert "Nothing could be labelled" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere", "--out", "OUT"), "there is no such file or folder"),
        (("NEWS",), "--out"),
        (("--out", "OUT"), "expected files or folders"),
        (("NEWS", "--out", "OUT", "--colour"), "No such option"),
        (("NEWS", "--out", "OUT", "--threads", "many"), "--threads"),
        (("NEWS", "--out", "OUT", "--threads", "-1"), "threads"),
        (("NEWS", "--out", "OUT", "--format", "pdf"), "unknown input format"),
        (("NEWS", "--out", "OUT", "--outlet-from", "title"), "outlet_from"),
        (("NEWS", "--out", "OUT", "--set", "thread=1"), "did you mean `threads`?"),
        (("NEWS", "--out", "OUT", "--set", "threads"), "KEY=VALUE"),
        (("NEWS", "--out", "OUT", "--config", "none.yaml"), "no such file"),
        (("NEWS", "--out", "NEWS/east/2022-01-06-a.txt"), "found a file"),
    ],
)
def test_misuse_is_status_2_and_a_message(infer, news, out, arguments, message):
    places = {"NEWS": str(news), "OUT": str(out)}
    given = [places.get(a, a.replace("NEWS/", f"{news}/")) for a in arguments]
    status, said, complained = infer(*given)
    assert status == 2
    assert message in complained
    assert "Traceback" not in complained
    assert not said
    assert not out.exists()


def test_the_same_command_again_labels_nothing_twice(infer, news, out):
    infer(news, "--out", out)
    before = everything(out)
    status, said, complained = infer(news, "--out", out)
    assert (status, complained) == (0, "")
    assert [line.split()[-1] for line in said.splitlines() if "of this run" in line or "unchanged" in line] == [
        "0",
        "2",
    ]
    assert everything(out) == before


def test_other_options_on_the_same_folder_are_status_2_unless_told_to_overwrite(infer, news, out):
    infer(news, "--out", out)
    status, _, complained = infer(news, "--out", out, "--outlet-from", "none")
    assert status == 2
    assert "outlet_from was 'folder' and is 'none'" in complained
    assert "--overwrite" in complained
    assert infer(news, "--out", out, "--outlet-from", "none", "--overwrite")[0] == 0


def test_standard_input_read_again_takes_the_place_of_what_it_gave_before(infer, out):
    for _ in range(2):
        assert infer("-", "--out", out, stdin=ACCUSING.encode())[0] == 0
        assert [article["id"] for article in articles(out)] == ["stdin"]
    assert infer("-", "--out", out, stdin=THANKING.encode())[0] == 0
    assert [article["text"].strip() for article in articles(out)] == [THANKING.strip()]
    assert record(out)["counts"]["articles"] == 1


def test_a_damaged_ledger_is_status_2(infer, news, out):
    infer(news, "--out", out)
    (out / "ledger" / "000001.json").write_text("{", encoding="utf-8")
    status, _, complained = infer(news, "--out", out)
    assert status == 2
    assert "ledger/000001.json: expected a part of the ledger" in complained
    assert infer(news, "--out", out, "--overwrite")[0] == 0


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a file system of so many bytes where results go, and gives it more room."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(size: int, *how: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", ",".join((*how, f"size={size}")), "tmpfs", str(place)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("takes the right to mount a file system")

    yield place, mount
    # Arrow closes a file that it could not write to its end when nobody knows of it any more; --lazy does not wait for that
    while subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False).returncode == 0:
        pass


@pytest.mark.parametrize("pages", [3, 7, 11, 15, 19, 23])
def test_a_full_disk_is_status_2_and_with_room_again_the_run_goes_on(infer, small_disk, monkeypatch, news, out, pages):
    for number in range(6):
        (news / f"{number}.txt").write_text(ACCUSING, encoding="utf-8")
    monkeypatch.setattr("zawiya.infer.intake.GROUP", 150)
    asked = ("--set", "part_sentences=6")
    infer(news, "--out", out, *asked)
    assert len(parts(out)) > 2
    disk, mount = small_disk
    mount(pages * resource.getpagesize())
    status, said, complained = infer(news, "--out", disk / "out", *asked)
    assert (status, said) == (2, "")
    assert "No space left on device" in complained
    assert "give the same command again" in complained
    assert "Traceback" not in complained
    mount(1 << 24, "remount")
    assert infer(news, "--out", disk / "out", *asked)[0] == 0
    assert everything(disk / "out") == everything(out)


def test_a_faulty_model_or_actor_list_is_status_2(monkeypatch, capsys, news, out, tmp_path):
    bad = tmp_path / "actors.yaml"
    bad.write_text("version: 1\nactors: [{id: Bad Id}]\n", encoding="utf-8")
    for options in (["--taxonomy", str(bad)], ["--taxonomy", str(tmp_path / "none.yaml")]):
        monkeypatch.setattr(sys, "argv", ["zawiya", "infer", str(news), "--out", str(out), *options])
        with pytest.raises(SystemExit) as ended:
            program.main()
        assert ended.value.code == 2
        assert options[1] in capsys.readouterr().err
    assert not out.exists()


def test_a_model_that_cannot_be_loaded_is_status_2(infer, monkeypatch, news, out):
    def load(cls, *_, **__):
        raise ZawiyaError("there: expected a model folder")

    monkeypatch.setattr(Labeler, "load", classmethod(load))
    status, _, complained = infer(news, "--out", out, "--model", "there")
    assert (status, complained) == (2, "zawiya: there: expected a model folder\n")
    assert not out.exists()


def test_a_config_file_is_enough(infer, news, out, tmp_path):
    file = tmp_path / "nightly.yaml"
    file.write_text(f"paths: ['{news}']\nout: '{out}'\nquiet: true\n", encoding="utf-8")
    assert infer("--config", file) == (0, "", "")
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["settings"]["quiet"] is True


def test_ctrl_c_is_status_130_with_what_was_finished(infer, use, make_labeler, monkeypatch, news, out):
    monkeypatch.setattr("zawiya.infer.intake.GROUP", 1)
    use(make_labeler(interrupt_at_thanks=True))
    status, said, complained = infer(news, "--out", out)
    assert status == 130
    assert "Interrupted" in said
    assert "Traceback" not in complained
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"]["articles"] == 1


def test_options_stand_in_the_help(infer):
    status, said, _ = infer("--help")
    assert status == 0
    for option in ("--out", "--format", "--model", "--taxonomy", "--overwrite", "--strict", "--set"):
        assert option in said


# The rest runs the program as a process of its own, with an ONNX model of the same few words.


@pytest.fixture
def program_options(model_folder, taxonomy_files) -> list[str]:
    return ["--model", str(model_folder), "--taxonomy", str(taxonomy_files[0])]


def start(*arguments, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "zawiya", "infer", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def test_the_program_runs_from_a_model_folder(program_options, news, out):
    add_broken(news)
    process = start(news, "--out", out, *program_options)
    said, complained = process.communicate()
    assert process.returncode == 0, complained.decode()
    assert "russia" in said.decode()
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert len(run["model"]["fingerprint"]) == 16
    assert run["versions"]["onnxruntime"]


def test_a_reader_that_stops_early_leaves_no_traceback(program_options, news, out):
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.Popen(
        [sys.executable, "-m", "zawiya", "infer", str(news), "--out", str(out), *program_options],
        stdout=writing,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    _, complained = process.communicate()
    assert (process.returncode, complained) == (0, b"")
    assert (out / "run.json").is_file()


def test_a_terminal_without_arabic_letters_is_no_error(program_options, tmp_path, out):
    folder = tmp_path / "أخبار"  # "news"
    folder.mkdir()
    (folder / "فارغ.txt").write_bytes(b"")  # "empty"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    process = start(folder, "--out", out, *program_options, env=environment)
    said, complained = process.communicate()
    assert process.returncode == 1, complained.decode()
    assert b"Traceback" not in complained
    assert b"empty" in said


def test_a_second_run_in_the_same_folder_is_status_2(program_options, news, out):
    out.mkdir()
    with FileLock(out / ".lock"):
        process = start(news, "--out", out, "--overwrite", *program_options)
        said, complained = process.communicate()
    assert (process.returncode, said) == (2, b"")
    assert b"another run is writing to this folder; wait for it" in complained


def test_an_interrupted_program_is_status_130_and_the_same_command_goes_on(program_options, tmp_path, out):
    file = tmp_path / "long.jsonl"
    # a thousand skipped records fill a group, so that there are many without much to label
    record_ = json.dumps({"text": ACCUSING}, ensure_ascii=False) + "\n" + '{"text": ""}\n' * 1000
    file.write_text(record_ * 6, encoding="utf-8")
    asked = (file, "-", *program_options, "--set", "part_seconds=0.001")
    # standard input that does not end keeps the run from its end
    process = start(*asked, "--out", out, stdin=subprocess.PIPE)
    while not (out / "ledger" / "000001.json").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate()
    assert process.returncode == 130, complained.decode()
    assert b"Interrupted" in said
    assert b"Traceback" not in complained
    assert record(out)["complete"] is False
    assert 0 < len(lines(out)) < 6
    for folder in (out, tmp_path / "whole"):
        ended = start(*asked, "--out", folder, stdin=subprocess.DEVNULL)
        assert ended.communicate() is not None
        assert ended.returncode == 0
    assert lines(out) == lines(tmp_path / "whole")
    assert rows(out, "stances") == rows(tmp_path / "whole", "stances")
