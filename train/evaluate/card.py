"""An evaluation in a model's folder: its tables in the card, its numbers, without a sentence of anyone's, beside it."""

from pathlib import Path

from zawiya.errors import ZawiyaError

from ..card import BEGIN, END
from .markdown import markdown
from .records import Evaluation, save, without_sentences

FILE = "evaluation.json"


def put_into_card(evaluation: Evaluation, folder: Path) -> None:
    """Write the tables between two marks of the card, at its end where it has none, and ``evaluation.json`` beside it.

    :raises ZawiyaError: when the folder has no card, or cannot be written to.
    """
    path = check_card(folder)
    try:
        save(without_sentences(evaluation), folder / FILE, indent=None)
        path.write_text(with_tables(path.read_text(encoding="utf-8"), evaluation), encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ZawiyaError(f"{path}: the tables could not be put into the card: {error}") from error


def check_card(folder: Path) -> Path:
    """The card of a model folder.

    :raises ZawiyaError: when it has none.
    """
    path = folder / "README.md"
    if not path.is_file():
        raise ZawiyaError(f"{path}: expected the model's card, found none; train the model anew, or leave --card out")
    return path


def with_tables(text: str, evaluation: Evaluation) -> str:
    """A text with the tables between its marks."""
    tables = f"{BEGIN}\n\n## Evaluation\n\n{markdown(evaluation)}\n{END}"
    before, mark, rest = text.partition(BEGIN)
    if not mark:
        return f"{text.rstrip()}\n\n{tables}\n"
    old, end, after = rest.partition(END)
    # where the second mark has been lost nothing says where the tables end
    return before + tables + (after if end else old)
