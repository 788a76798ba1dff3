"""``zawiya explain`` as a user calls it, with the model of a few words."""

import io
import json
import sys
from collections.abc import Callable

import pytest
from rich.console import Console

from zawiya import __main__ as program
from zawiya.explaining import Explanation, Weight
from zawiya.infer.explain import explanation_view
from zawiya.labeler import Labeler
from zawiya.records import Mention, Sentence

from .conftest import ACCUSING, THANKING

# "Moscow accused Washington of stirring chaos." / "He walked home."
ACCUSED = "اتهمت موسكو واشنطن بإثارة الفوضى في البلاد."
NOTHING = "عاد الرجل إلى بيته ماشيا."


@pytest.fixture
def explain(monkeypatch, capsys, labeler) -> Callable[..., tuple[int, str, str]]:
    """Calls the program; gives exit status, standard output and standard error."""
    monkeypatch.setattr(Labeler, "load", classmethod(lambda cls, *_, **__: labeler))
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str, stdin: bytes = b""):
        monkeypatch.setattr(sys, "argv", ["zawiya", "explain", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return call


def objects(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_every_stance_and_frame_is_explained(explain):
    status, out, err = explain(ACCUSED)
    assert (status, err) == (0, "")
    heads = [line for line in out.splitlines() if "probability" in line]
    assert [line.split(",")[0] for line in heads] == ["russia: against", "usa: against", "frame: interference"]
    # the strongest word is in the first row of the table, at its end
    first = out.splitlines()[out.splitlines().index(next(li for li in out.splitlines() if li.startswith("weight"))) + 1]
    assert first.split()[-1] == "اتهمت"
    assert float(first.split()[0]) > 0.5


def test_an_actor_may_be_asked_about_also_where_it_is_neutral(explain):
    status, out, _ = explain(f"عادت موسكو. {ACCUSED}", "--actor", "russia", "--json")
    assert status == 0
    assert [(each["actor"], each["label"]) for each in objects(out)] == [("russia", "neutral"), ("russia", "against")]


def test_a_frame_may_be_asked_about_also_where_it_is_not_given(explain):
    status, out, _ = explain(ACCUSED, "--frame", "diplomacy")
    assert status == 0
    assert "frame: diplomacy (not given), probability 0.02" in out
    assert "frame: interference, probability 0.98" in explain(ACCUSED, "--frame", "interference")[1]


def test_offsets_are_those_of_the_text_that_was_given(explain):
    text = f"{NOTHING}\n{ACCUSED}"
    for each in objects(explain(text, "--json")[1]):
        assert text[each["sentence"]["start"] : each["sentence"]["end"]] == each["sentence"]["text"]
        for weight in each["weights"]:
            assert text[weight["start"] : weight["end"]] == weight["text"]


def test_standard_input_is_read_in_any_encoding(explain):
    for encoding in ("utf-8", "cp1256"):
        status, out, _ = explain("-", "--actor", "usa", "--json", stdin=(ACCUSING + THANKING).encode(encoding))
        assert status == 0
        assert [each["label"] for each in objects(out)] == ["neutral", "against", "favor"]


def test_json_holds_in_a_terminal_without_arabic(monkeypatch, labeler):
    monkeypatch.setattr(Labeler, "load", classmethod(lambda cls, *_, **__: labeler))
    monkeypatch.setattr(sys, "argv", ["zawiya", "explain", ACCUSED + " \U0001f600", "--json"])
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="latin-1", errors="strict")
    monkeypatch.setattr(sys, "stdout", narrow)
    with pytest.raises(SystemExit):
        program.main()
    [each, *_] = objects(narrow.buffer.getvalue().decode("ascii"))
    assert each["weights"][0]["text"] == "اتهمت"


def test_where_nothing_was_decided_it_says_so(explain):
    status, out, _ = explain(NOTHING)
    assert status == 0
    assert "Nothing to explain" in out
    assert explain(NOTHING, "--json") == (0, "", "")


def test_an_actor_that_is_not_named_is_refused_with_those_that_are(explain):
    status, out, err = explain(ACCUSED, "--actor", "iran", "--actor", "usa")
    assert (status, out) == (2, "")
    assert "expected actors that the text names (russia, usa), found 'iran'" in err
    assert "(none), found 'usa'" in explain(NOTHING, "--actor", "usa")[2]


def test_a_name_that_the_model_takes_for_no_actor_is_called_that(explain, labeler, monkeypatch):
    real = labeler.label
    bare = lambda text: real(text).with_sentences(tuple(Sentence(s.start, s.end, s.text) for s in real(text).sentences))  # noqa: E731
    monkeypatch.setattr(labeler, "label", bare)
    status, _, err = explain(ACCUSED, "--actor", "usa")
    assert status == 2
    assert "the model takes «واشنطن» for no actor" in err


def test_a_frame_that_the_model_lacks_is_refused_with_those_it_has(explain):
    status, _, err = explain(ACCUSED, "--frame", "economy")
    assert status == 2
    assert "(interference, diplomacy), found 'economy'" in err


@pytest.mark.parametrize("text", ["", " \n"])
def test_no_text_is_misuse(explain, text):
    status, _, err = explain(text)
    assert status == 2
    assert "expected a text to explain" in err


def test_bytes_that_are_no_text_are_misuse(explain):
    status, _, err = explain("-", stdin=b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00")
    assert status == 2
    assert err.startswith("zawiya: standard input: expected a text")


def shown(explanation: Explanation, **options) -> str:
    console = Console(width=80, **options)
    with console.capture() as captured:
        console.print(explanation_view(explanation))
    return captured.get()


def explanation(text: str, *weights: Weight) -> Explanation:
    mention = Mention("usa", 0, 2, text[:2], "against")
    return Explanation(Sentence(0, len(text), text, mentions=(mention,)), mention, None, "against", 0.9, weights)


def test_words_are_coloured_by_strength_and_way():
    one = explanation("أب جد هو زح", Weight(0, 2, "أب", -0.5, True), Weight(3, 5, "جد", 0.4), Weight(6, 8, "هو", 0.001))
    coloured = shown(one, force_terminal=True, color_system="standard", legacy_windows=False)
    assert "\x1b[1;36mجد" in coloured
    assert "\x1b[1;4;35mأب" in coloured
    plain = shown(one, color_system=None)
    assert "\x1b" not in plain
    rows = [line.split() for line in plain.splitlines()[-3:]]
    assert rows == [["-0.500", "the", "target", "أب"], ["+0.400", "جد"], ["+0.001", "هو"]]


def test_a_hostile_text_moves_no_cursor_and_is_no_markup():
    text = "أب \x1b[2J\u202e [red]جد[/red]"
    plain = shown(explanation(text, Weight(0, 2, "أب", 0.5)), color_system=None)
    assert "\x1b" not in plain
    assert "\u202e" not in plain
    assert "[red]" in plain


def test_a_sentence_without_weights_says_why():
    assert "too many" in shown(explanation("أب جد"), color_system=None)
