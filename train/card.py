"""The card of a model, written by the run that made it, from nothing but what it knows and measured."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zawiya.bundle import Bundle
from zawiya.records import STANCES

from .settings import TrainSettings

#: Around the score tables, so that others can be put in their place.
BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
_ROWS = (("model", "this model"), ("tfidf", "TF-IDF + logistic regression"), ("majority", "majority"))
_COLUMNS = (
    "stance.macro_f1",
    *(f"stance.{stance}.f1" for stance in STANCES),
    "holder.accuracy",
    "frames.micro_f1",
    "frames.macro_f1",
)


def model_card(settings: TrainSettings, metrics: Mapping[str, Any], bundle: Bundle) -> str:
    """Markdown of the card."""
    return "\n".join(
        [
            f"# {settings.name}",
            "",
            "Labels sentences of Arabic news with the stance toward each political actor they name, who holds it, and "
            "the frames they put forward. Made by `zawiya train`.",
            "",
            *(_encoder_lines(settings, metrics, bundle) if bundle.kind == "encoder" else _linear_lines(metrics)),
            f"- Learnt from: {_names(source.path for source in settings.data.train)}",
            f"- Chosen and calibrated on: {_names(settings.data.dev)}" + _shares(settings),
            *(f"- Note: {note}" for note in metrics["notes"]),
            "",
            # `zawiya evaluate --card` puts its tables in the place of these
            BEGIN,
            "",
            *(line for part, rows in metrics["test"].items() for line in _score_table(part, rows)),
            END,
            "",
            "## Limits",
            "",
            "- The corpus that comes with zawiya is synthetic; real news is harder, and `favor` is rarer and harder in it.",
            "- A mention that the actor list does not know is not found, so nothing is said about it.",
            "- The stance is that of the wording, as the codebook defines it; it is not the outlet's opinion, and counts "
            "of labels are biased estimates until they are corrected with a labelled sample.",
            "",
        ]
    )


def _encoder_lines(settings: TrainSettings, metrics: Mapping[str, Any], bundle: Bundle) -> list[str]:
    return [
        f"- Encoder: `{settings.model.encoder}`, {metrics['parameters'] / 1e6:.1f} million parameters with the heads; "
        "its own card names the text it was made from",
        f"- Window: {bundle.longest} word pieces; longer sentences are read in several",
        f"- ONNX weights: {settings.quantise}"
        + "".join(
            f"; {name}: {found['different']} of {found['decisions']} labels on dev differ from the trained model's, "
            f"none by more than {found['widest']}"
            for name, found in metrics["parity"].items()
        ),
    ]


def _linear_lines(metrics: Mapping[str, Any]) -> list[str]:
    return [f"- TF-IDF with logistic regression, {metrics['parameters'] / 1e6:.1f} million weights"]


def _shares(settings: TrainSettings) -> str:
    return "".join(
        f"; {source.dev_share:.0%} of the articles of {_names([source.path])}"
        for source in settings.data.train
        if source.dev_share
    )


def _names(paths: Iterable[str]) -> str:
    return ", ".join(f"`{'/'.join(Path(path).parts[-2:])}`" for path in paths)


def _score_table(part: str, rows: Mapping[str, Any]) -> list[str]:
    lines = [
        f"## `{part}`: {rows['model']['sentences']} sentences, {rows['model']['rows']} actor rows, mentions given",
        "",
        "| | stance macro-F1 | favor | against | neutral | holder accuracy | frames micro-F1 | frames macro-F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for key, name in _ROWS:
        scores = rows[key]["scores"]
        lines.append(f"| {name} | {' | '.join(_written(scores[column]) for column in _COLUMNS)} |")
    model, rival = rows["model"]["scores"], rows["tfidf"]["scores"]
    behind = [
        name
        for name, key in (("stance macro-F1", "stance.macro_f1"), ("frames micro-F1", "frames.micro_f1"))
        if (model[key] or 0.0) <= (rival[key] or 0.0)
    ]
    if behind:
        lines += ["", f"**It does not beat TF-IDF + logistic regression on {' and '.join(behind)}.**"]
    return [*lines, ""]


def _written(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
