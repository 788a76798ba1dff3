"""Typed settings from YAML files: a frozen dataclass is the schema, and every fault is reported at once.

The trade-off: pydantic costs a tenth of a second at first use and in return checks types, ranges and unknown keys
everywhere in the same words.
"""

import difflib
import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from .errors import FaultsError, ZawiyaError

#: For ``pydantic.dataclasses.dataclass``: unknown keys are faults, values are taken as written.
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

T = TypeVar("T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """No garbage collection meanwhile: it would walk the growing tree of a large file again and again, in vain."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def load_yaml(path: Path) -> Any:  # noqa: ANN401 - what a YAML file holds is known only once it is checked
    """The content of a YAML file.

    :raises ZawiyaError: when the file is missing, is not UTF-8 or is not YAML, with the line at fault.
    """
    try:
        with _collection_paused():
            # libyaml is ten times as fast on a large actor list; wheels of PyYAML have it, builds from source may not
            return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both loaders are safe
    except FileNotFoundError:
        raise ZawiyaError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ZawiyaError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    except yaml.YAMLError as error:
        raise ZawiyaError(f"{path}: is not valid YAML: {error}") from error


def override(values: Mapping[str, Any], settings: Sequence[str]) -> dict[str, Any]:
    """The values of a file with ``a.b=value`` settings laid over them; each value is read as YAML.

    :raises ZawiyaError: when a setting is not of that form.
    """
    merged = dict(values)
    for setting in settings:
        dotted, equals, written = setting.partition("=")
        if not equals or not dotted:
            raise ZawiyaError(f"--set {setting}: expected KEY=VALUE, for instance --set trainer.epochs=3")
        *parents, last = dotted.split(".")
        place = merged
        for parent in parents:
            held = place.get(parent)
            place[parent] = dict(held) if isinstance(held, Mapping) else {}
            place = place[parent]
        try:
            place[last] = yaml.safe_load(written)
        except yaml.YAMLError as error:
            raise ZawiyaError(f"--set {setting}: {written!r} is not a YAML value: {error}") from error
    return merged


def parse(schema: type[T], values: object, *, source: str) -> T:
    """Values checked against a dataclass made with :data:`STRICT`.

    :raises FaultsError: with every fault, its dotted place and how to repair it.
    """
    try:
        return TypeAdapter(schema).validate_python({} if values is None else values)
    except ValidationError as error:
        raise FaultsError(source, [_fault(schema, fault) for fault in error.errors()]) from None


def load(schema: type[T], path: Path, settings: Sequence[str] = ()) -> T:
    """A YAML file, with ``a.b=value`` settings over it, checked against its schema.

    :raises ZawiyaError: when the file cannot be read; its subclass FaultsError when it does not fit.
    """
    values = load_yaml(path)
    if values is None:
        values = {}
    if settings and not isinstance(values, Mapping):
        raise ZawiyaError(f"{path}: expected a mapping of settings, found {type(values).__name__}")
    return parse(
        schema,
        override(values, settings) if settings else values,
        source=f"{path} with --set" if settings else str(path),
    )


def _fault(schema: type, fault: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    place = [part for part in fault["loc"] if not str(part).endswith("()")]
    where = ".".join(str(part) for part in place)
    match fault["type"]:
        case "unexpected_keyword_argument" | "extra_forbidden":
            known = _keys_at(schema, place[:-1])
            near = difflib.get_close_matches(str(place[-1]), known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known keys: {', '.join(sorted(known))}"
            return f"`{where}`: unknown key; {hint}"
        case "missing" | "missing_argument":
            return f"`{where}`: is missing; add it"
    found = repr(fault["input"])
    shown = found if len(found) <= 80 else found[:77] + "..."
    message = fault["msg"][0].lower() + fault["msg"][1:]
    return f"`{where}`: {message}; found {shown}" if where else f"{message}; found {shown}"


def _keys_at(schema: type, place: Sequence[object]) -> list[str]:
    """The keys that the dataclass at a place of the schema knows."""
    current: Any = schema
    for part in place:
        if isinstance(part, int):
            continue
        annotation: Any = next((f.type for f in fields(current) if f.name == part), None)
        current = _dataclass_in(annotation)
        if current is None:
            return []
    return [field.name for field in fields(current)] if is_dataclass(current) else []


def _dataclass_in(annotation: Any) -> Any:  # noqa: ANN401
    if is_dataclass(annotation):
        return annotation
    return next((found for part in get_args(annotation) if (found := _dataclass_in(part))), None)
