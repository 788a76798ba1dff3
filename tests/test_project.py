"""A folder to work in: what comes with zawiya, copied where it may be changed, and nothing written over."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from zawiya import project
from zawiya.__main__ import build
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.resources import resource


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of two configs and one corpus, with what a copy has no use for."""
    root = tmp_path / "installed"
    for name in ("configs/train/small.yaml", "configs/infer/usual.yaml", "data/corpus/train.jsonl"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n", encoding="utf-8")
    for name in ("configs/__pycache__/x.pyc", "data/.hidden"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    monkeypatch.setattr(project, "resource", lambda *parts: root.joinpath(*parts))
    return root


def inside(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_configs_and_data_are_copied_into_a_folder_that_is_made(shipped: Path, tmp_path: Path) -> None:
    work = tmp_path / "deep" / "work"
    assert project.copy_out(work) == [work / "configs", work / "data"]
    assert inside(work) == {"configs/train/small.yaml", "configs/infer/usual.yaml", "data/corpus/train.jsonl"}
    assert (work / "configs/train/small.yaml").read_text(encoding="utf-8") == "configs/train/small.yaml\n"


def test_what_else_is_in_the_folder_stays(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("ملاحظات", encoding="utf-8")
    project.copy_out(tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "ملاحظات"


def test_everything_in_the_way_is_named_at_once_and_nothing_written(shipped: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "configs").mkdir(parents=True)
    (work / "data").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FaultsError, match="2 faults") as raised:
        project.copy_out(work)
    assert [fault.split(":")[0] for fault in raised.value.faults] == ["`configs`", "`data`"]
    assert inside(work) == set()


def test_a_file_in_the_place_of_the_folder_is_a_fault(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ZawiyaError, match="expected a folder that can be written"):
        project.copy_out(tmp_path / "file")


def test_a_folder_is_copied_as_a_whole_or_not_at_all(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = shutil.copyfile

    def full(source: str, target: str, **_: object) -> str:
        if "corpus" in str(source):
            raise OSError(28, "No space left on device")
        return str(copied(source, target))

    monkeypatch.setattr(shutil, "copyfile", full)
    work = tmp_path / "work"
    with pytest.raises(ZawiyaError, match="No space left"):
        project.copy_out(work)
    assert {path.name for path in work.iterdir()} == {"configs"}


def test_copies_of_files_that_may_not_be_changed_may_be(shipped: Path, tmp_path: Path) -> None:
    (shipped / "configs/train/small.yaml").chmod(0o444)
    project.copy_out(tmp_path / "work")
    assert (tmp_path / "work/configs/train/small.yaml").stat().st_mode & 0o200


def test_the_command_names_what_it_wrote_and_ends_with_2_the_second_time(tmp_path: Path) -> None:
    work = tmp_path / "work"
    done = CliRunner().invoke(build(), ["init", str(work)], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.output.splitlines()[:2] == [str(work / "configs"), str(work / "data")]
    assert "--config" in done.output
    for name in ("configs/train/default.yaml", "data/corpus/train.jsonl"):
        assert (work / name).read_bytes() == resource(*name.split("/")).read_bytes()
    with pytest.raises(FaultsError):
        CliRunner().invoke(build(), ["init", str(work)], catch_exceptions=False)
