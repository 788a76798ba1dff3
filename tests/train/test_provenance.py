"""What a result depends on is written down beside it."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from zawiya.train.provenance import PACKAGES, provenance


def test_each_data_file_has_its_sha256(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.jsonl", "b.jsonl")]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")
    found = provenance([str(path) for path in (*paths, *paths)])
    assert found["data"] == {str(path): hashlib.sha256(path.name.encode()).hexdigest() for path in paths}


def test_versions_of_everything_that_ran_are_named() -> None:
    found = provenance([])
    assert set(found["versions"]) == set(PACKAGES)
    assert all(version[0].isdigit() for version in found["versions"].values())
    assert found["python"].startswith("3.")


def test_the_commit_is_that_of_the_checkout_that_it_ran_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance([])["commit"] is None
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), (*identity, "commit", "-q", "--allow-empty", "-m", "first")):
        subprocess.run(["git", *command], check=True)
    commit = provenance([])["commit"]
    assert len(commit) == 40
    assert set(commit) <= set("0123456789abcdef")


def test_without_git_there_is_no_commit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert provenance([])["commit"] is None
