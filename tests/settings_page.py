"""``docs/configs.md``, read off the schema of the settings: ``python -m tests.settings_page`` writes the page anew.

What a setting means stands once, in the docstring of its dataclass, and comes from there.
"""

import json
import re
import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from typer.main import get_command

from zawiya.__main__ import build
from zawiya.infer.settings import InferSettings
from zawiya.train.pretrain.settings import PretrainSettings
from zawiya.train.settings import TrainSettings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configs.md"
HEAD = """# Settings

<!-- Written by `python -m tests.settings_page`; change the docstrings of the settings, not this page. -->

Every setting of `zawiya infer`, `zawiya train` and `zawiya pretrain`. A config is a YAML file with any of them; what it \
leaves out has the default. `--set KEY=VALUE` lays one value over it, with dots between the levels: `--set trainer.epochs=3`. \
Each run records them filled in: in `run.json`, `train.yaml` and `pretraining.json`.

All faults of a config are told at once, each with its place and, for a misspelt key, the nearest one:

```text
zawiya: configs/train/default.yaml: 2 faults
  - `model.dropout`: input should be less than or equal to 1; found 2
  - `trainer.epoch`: unknown key; did you mean `epochs`?
```

`null` stands for nothing given. A list is written `[a, b]`, a mapping `{a: 1}`.
"""
SECTIONS = (
    ("Labelling", "configs/infer/default.yaml", "output.md", InferSettings),
    ("Training", "configs/train/default.yaml", "training.md", TrainSettings),
    ("Making an encoder", "configs/pretrain/cpu.yaml", "pretraining.md", PretrainSettings),
)


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(*section) for section in SECTIONS)


def settings_of(schema: type, place: str = "") -> Iterator[tuple[str, Field[Any], object, type]]:
    """Every setting with its dotted name, its field, its type and the dataclass it stands in, level by level."""
    hints = get_type_hints(schema, include_extras=True)
    below = []
    for field in fields(schema):
        yield place + field.name, field, hints[field.name], schema
        if (inner := _dataclass_in(hints[field.name])) is not None:
            below.append((inner, place + field.name + _step(hints[field.name])))
    for inner, name in below:
        yield from settings_of(inner, name + ".")


def _section(title: str, config: str, described: str, schema: type) -> str:
    lines = [
        f"\n## {title}\n\n[`{config}`](../{config}) holds them all with comments; [{described}]({described}) says more.\n"
    ]
    options = _options("infer") if schema is InferSettings else {}
    last = None
    for name, field, kind, owner in settings_of(schema):
        if owner is not last:
            level = name.rpartition(".")[0]
            lines.append(
                (f"\n### `{level}`\n\n{_purpose(owner)}\n\n" if level else "")
                + "| setting | type | default | what it says |"
            )
            lines.append("|---|---|---|---|")
            last = owner
        option = f" `{options[field.name]}`" if field.name in options else ""
        says = meaning(owner, field.name) + option
        lines.append(f"| `{field.name}` | {spelled(kind)} | {_default(field)} | {says} |")
    return "\n".join(lines) + "\n"


def meaning(owner: type, name: str) -> str:
    """What the docstring says of a setting, in one line."""
    text = re.split(r"\n\s*:raises", owner.__doc__ or "")[0]
    found = re.search(rf":param {name}:(.*?)(?=\n\s*:param |\Z)", text, flags=re.DOTALL)
    said = " ".join(found[1].split()) if found else ""
    return said.replace("``", "`").replace("None", "null").replace("|", "\\|")


def _purpose(owner: type) -> str:
    return " ".join((owner.__doc__ or "").split(":param")[0].split()).replace("``", "`")


def _options(name: str) -> dict[str, str]:
    program = get_command(build())
    command = program.get_command(program.context_class(program), name)  # type: ignore[attr-defined]
    return {param.name: param.opts[0] for param in command.params if param.opts[0].startswith("--")}


def spelled(kind: Any) -> str:
    """A type in plain words."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return f"{spelled(parts[0])}{_range(parts[1:])}"
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in parts)
    if origin in {Union, types.UnionType}:
        some = [spelled(part) for part in parts if part is not types.NoneType]
        return " or ".join(some) + (", or `null`" if types.NoneType in parts else "")
    if origin is tuple:
        return f"list of: {spelled(parts[0])}"
    if origin is dict:
        return f"mapping to: {spelled(parts[1])}"
    if is_dataclass(kind):
        return "settings"
    return {str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}[kind]


def _range(marks: tuple[Any, ...]) -> str:
    found = {}
    for mark in marks:
        for rule in getattr(mark, "metadata", ()):
            found |= {name: getattr(rule, name) for name in ("ge", "gt", "le", "lt") if hasattr(rule, name)}
    words = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}
    said = [words[name].format(found[name]) for name in words if name in found]
    return f" {' '.join(said)}" if said else ""


def _default(field: Field[Any]) -> str:
    value = field.default_factory() if field.default_factory is not MISSING else field.default
    if value is MISSING:
        return "needed"
    return "see below" if is_dataclass(value) else f"`{json.dumps(value)}`"


def _step(kind: Any) -> str:
    return {tuple: "[]", dict: ".*"}.get(get_origin(kind), "")


def _dataclass_in(kind: Any) -> type | None:
    if is_dataclass(kind):
        return kind
    return next((found for part in get_args(kind) if (found := _dataclass_in(part))), None)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
