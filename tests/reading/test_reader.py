"""Folders, ids, outlets and dates of a run."""

import os

import pytest

from zawiya.reading import ReadOptions, Skipped, find_files, read
from zawiya.records import Article

TEXT = "قال الوزير في بيان إن المحادثات استمرت في العاصمة."  # the minister said the talks went on


def write(path, text=TEXT):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_files_come_sorted_and_hidden_ones_stay_out(tmp_path):
    for name in ["b/2.txt", "b/1.txt", "a.txt", "c.txt", ".hidden.txt", ".git/x.txt", "b/.DS_Store"]:
        write(tmp_path / name)
    assert [path.relative_to(tmp_path).as_posix() for path in find_files([tmp_path])] == [
        "a.txt",
        "b/1.txt",
        "b/2.txt",
        "c.txt",
    ]


def test_a_loop_of_links_ends(tmp_path):
    write(tmp_path / "a" / "1.txt")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert [path.name for path in find_files([tmp_path])] == ["1.txt"]


def test_what_is_no_file_is_named(tmp_path):
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    found = list(find_files([tmp_path, tmp_path / "nowhere"]))
    assert [(item.source.rpartition("/")[2], item.reason) for item in found] == [
        ("broken.txt", "vanished"),
        ("pipe.txt", "unsupported"),
        ("nowhere", "vanished"),
    ]


def test_a_file_that_vanishes_is_named_and_the_next_one_read(tmp_path):
    first, second = write(tmp_path / "1.txt"), write(tmp_path / "2.txt")
    write(tmp_path / "3.txt")
    items = read([tmp_path])
    assert next(items).source == first.as_posix()
    second.unlink()
    vanished, third = items
    assert (vanished.source, vanished.reason) == (second.as_posix(), "vanished")
    assert isinstance(third, Article)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path):
    write(tmp_path / "a" / "1.txt")
    write(tmp_path / "b.txt")
    (tmp_path / "a").chmod(0)
    try:
        locked, other = read([tmp_path])
    finally:
        (tmp_path / "a").chmod(0o700)
    assert (locked.reason, type(other)) == ("no_permission", Article)


def test_a_folder_that_the_system_refuses_is_named(tmp_path, monkeypatch):
    write(tmp_path / "a" / "1.txt")
    write(tmp_path / "b.txt")
    listed = type(tmp_path).iterdir

    def iterdir(path):
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(type(tmp_path), "iterdir", iterdir)
    locked, other = read([tmp_path])
    assert locked == Skipped((tmp_path / "a").as_posix(), "no_permission", "Permission denied")
    assert isinstance(other, Article)


def test_unknown_suffixes_are_named(tmp_path):
    write(tmp_path / "a.pdf")
    write(tmp_path / "README")
    assert [(item.reason, item.detail) for item in read([tmp_path])] == [
        ("unsupported", "no suffix: not a format that is read"),
        ("unsupported", ".pdf: not a format that is read"),
    ]


def test_ids_are_paths_inside_the_folder_given(tmp_path):
    write(tmp_path / "north" / "2022" / "a.b.txt")
    write(tmp_path / "south.csv", f"text\n{TEXT}\n{TEXT}\n")
    assert [article.id for article in read([tmp_path])] == ["north/2022/a.b", "south#1", "south#2"]
    assert [article.id for article in read([tmp_path / "north" / "2022" / "a.b.txt"])] == ["a.b"]


def test_ids_taken_before_get_a_number_and_a_warning(tmp_path):
    write(tmp_path / "1.jsonl", f'{{"id": "x", "text": "{TEXT}"}}\n' * 3)
    write(tmp_path / "x.txt")
    articles = list(read([tmp_path]))
    assert [article.id for article in articles] == ["x", "x-2", "x-3", "x-4"]
    assert articles[0].warnings == ()
    assert articles[3].warnings == ("the id 'x' was taken before",)


def test_the_same_name_in_two_suffixes_gives_two_ids(tmp_path):
    write(tmp_path / "a.md")
    write(tmp_path / "a.txt")
    assert [article.id for article in read([tmp_path])] == ["a", "a-2"]


def test_outlet_is_the_folder_unless_told_otherwise(tmp_path, monkeypatch):
    write(tmp_path / "north" / "a.txt")
    (article,) = read([tmp_path])
    assert article.outlet == "north"
    (article,) = read([tmp_path], options=ReadOptions(outlet_from="none"))
    assert article.outlet is None
    monkeypatch.chdir(tmp_path / "north")
    for given in (".", "a.txt"):
        (article,) = read([given])
        assert (article.outlet, article.source) == ("north", "a.txt")


def test_date_comes_from_the_name_of_a_file_of_one_article_only(tmp_path):
    write(tmp_path / "2022-03-01-a.txt")
    write(tmp_path / "2022-03-02.csv", f"text\n{TEXT}\n")
    write(tmp_path / "2022" / "03" / "03" / "a.txt")
    assert {article.id: article.date for article in read([tmp_path])} == {
        "2022/03/03/a": "2022-03-03",
        "2022-03-01-a": "2022-03-01",
        "2022-03-02#1": None,
    }


def test_a_date_that_is_not_understood_is_none_with_a_warning(tmp_path):
    write(tmp_path / "a.csv", f"date,text\nأمس,{TEXT}\n")  # 'yesterday'
    (article,) = read([tmp_path])
    assert (article.date, article.warnings) == (None, ("the date 'أمس' is not understood",))


def test_names_that_are_no_utf8_are_read_and_shown(tmp_path):
    try:
        (tmp_path / os.fsdecode(b"\xe3\xe4.txt")).write_bytes(TEXT.encode())
    except OSError:
        pytest.skip("the file system takes UTF-8 names only")
    (article,) = read([tmp_path])
    assert article.id == r"\xe3\xe4"
    article.source.encode()
