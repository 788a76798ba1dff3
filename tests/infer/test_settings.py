from dataclasses import fields

import pytest
import yaml

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.infer.settings import InferSettings, load_settings
from zawiya.resources import resource

DEFAULT = resource("configs", "infer", "default.yaml")


def test_the_default_file_holds_every_field_with_its_default():
    held = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    assert list(held) == [field.name for field in fields(InferSettings)]
    assert load_settings() == InferSettings()


def test_every_field_of_the_default_file_has_a_comment():
    lines = DEFAULT.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            assert lines[number - 1].startswith("#"), line


def test_options_go_before_set_and_set_before_the_file(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("paths: [a]\nthreads: 1\nout: file\nmax_chars: 10\n", encoding="utf-8")
    settings = load_settings(file, ("threads=2", "out=set"), out="option", strict=None)
    assert (settings.paths, settings.threads, settings.out, settings.max_chars) == (("a",), 2, "option", 10)


def test_every_fault_of_a_file_is_named(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("thread: 1\nstrict: often\n", encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load_settings(file)
    assert len(caught.value.faults) == 2
    assert "did you mean `threads`?" in str(caught.value)


def test_faults_of_options_name_the_command_line():
    with pytest.raises(FaultsError, match="command line"):
        load_settings(threads=-1)
    with pytest.raises(FaultsError, match="outlet_from"):
        load_settings(outlet_from="title")


def test_a_missing_file_is_an_error_of_the_user(tmp_path):
    with pytest.raises(ZawiyaError, match="no such file"):
        load_settings(tmp_path / "none.yaml")
