import pytest

from zawiya.errors import ZawiyaError
from zawiya.files import held, written_whole


def test_a_file_takes_its_name_once_it_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with written_whole(path) as unfinished:
        unfinished.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
        assert unfinished.parent == path.parent
    assert path.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_went_wrong_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), written_whole(path) as unfinished:
        unfinished.write_text("half", encoding="utf-8")
        raise ZeroDivisionError
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_never_begun_is_an_error_of_the_one_who_asked(tmp_path):
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "nowhere" / "a.txt") as unfinished:
        unfinished.write_text("new", encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_held_by_one_at_a_time_and_free_again_afterwards(tmp_path):
    folder = tmp_path / "runs" / "one"
    with held(folder), pytest.raises(ZawiyaError, match="one: another run is at work here; wait for it"), held(folder):
        pass
    with pytest.raises(ZeroDivisionError), held(folder):
        raise ZeroDivisionError
    with held(folder):
        assert folder.is_dir()
