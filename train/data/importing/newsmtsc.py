"""NewsMTSC: sentences of English news and their sentiment toward the persons that they name."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Mention, Stance

from .format import Format
from .rows import chosen, decoded, gathered, named, one_sentence, stripped

STANCES: Mapping[str, Stance] = {"2.0": "against", "4.0": "neutral", "6.0": "favor"}
TWICE = "a target is labelled twice with the same polarity; one row is kept"


def read(path: Path) -> Iterator[Article]:
    """The sentences of a file with their targets where the set labels them; further mentions are not labelled there.

    :raises FaultsError: with every fault of the file.
    """
    lines = enumerate(decoded(path).split("\n"), start=1)
    return gathered(path, ((number, line) for number, line in lines if line.strip()), _sentence)


def _sentence(number: int, line: str) -> Article:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ZawiyaError(f"not JSON ({error.msg}, character {error.colno}); write one sentence a line") from error
    if not isinstance(row, dict) or not isinstance(row.get("sentence_normalized"), str):
        raise ZawiyaError("expected an object with sentence_normalized, a text, and targets, a list")
    if not isinstance(targets := row.get("targets"), list):
        raise ZawiyaError("targets: expected a list")
    whole = row["sentence_normalized"]
    text = stripped("sentence_normalized", whole)
    faults = []
    mentions: dict[tuple[int, int], Mention] = {}
    warnings = []
    for index, target in enumerate(targets, start=1):
        try:
            mention = _target(target, whole)
            if mentions.setdefault((mention.start, mention.end), mention) is not mention:
                warnings.append(_twice(mentions[mention.start, mention.end], mention))
        except ZawiyaError as error:
            faults.append(f"target {index}: {error}")
    if faults:
        raise FaultsError("row", faults)
    ordered = [mention for _, mention in sorted(mentions.items())]
    return one_sentence(str(row.get("primary_gid") or number), text, mentions=ordered, warnings=warnings)


def _target(target: Any, whole: str) -> Mention:  # noqa: ANN401 - JSON may hold anything
    """One target, its offsets moved to the text without white space at its ends."""
    shift = len(whole) - len(whole.lstrip())
    if not isinstance(target, dict):
        raise ZawiyaError("expected an object with from, to, mention and polarity")
    stance = chosen("polarity", _written(target.get("polarity")), STANCES)
    start, end, words = target.get("from"), target.get("to"), target.get("mention")
    if not isinstance(start, int) or not isinstance(end, int):
        raise ZawiyaError(f"from and to: expected whole numbers, found {start!r} and {end!r}")
    if not 0 <= start < end <= len(whole):
        raise ZawiyaError(f"from and to: expected a span of 0–{len(whole)}, found {start}–{end}")
    if whole[start:end] != words:
        raise ZawiyaError(f"mention: expected the words at {start}–{end}, {whole[start:end]!r}, found {words!r}")
    if words != words.strip():
        raise ZawiyaError(
            f"mention: expected words at {start}–{end} without white space at their ends, found {words!r}"
        )
    return named(whole.strip(), start - shift, end - shift, stance)


def _written(polarity: object) -> str:
    """2 and 2.0 are one polarity."""
    is_number = isinstance(polarity, int | float) and not isinstance(polarity, bool)
    return str(float(polarity)) if is_number else str(polarity)  # type: ignore[arg-type]


def _twice(first: Mention, second: Mention) -> str:
    if first.stance != second.stance:
        raise ZawiyaError(f"«{first.text}» is labelled {first.stance} and {second.stance}; keep one of them")
    return TWICE


FORMAT = Format(
    read,
    "sentiment of English news toward persons; Hamborg and Donnay 2021, github.com/fhamborg/NewsMTSC",
)
