"""`zawiya evaluate` and `zawiya compare`: thin commands over the functions of this package."""

import logging
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zawiya.errors import ZawiyaError

if TYPE_CHECKING:
    from .records import Evaluation

_PACKAGES = ("altair", "cleanlab", "datasketch", "jinja2", "platformdirs", "sklearn", "vl_convert")

Data = Annotated[
    list[Path] | None, typer.Option("--data", metavar="FILE...", help="Labelled corpus files to judge by.")
]
# an option takes one value; those that follow it are arguments
More = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further files of --data.")]
Actors = Annotated[Path | None, typer.Option("--taxonomy", help="Actor list; the model's own by default.")]
Resamples = Annotated[int, typer.Option(min=100, help="Resamples of the bootstrap.")]
Seed = Annotated[int, typer.Option(help="Of the bootstrap.")]
Threads = Annotated[int, typer.Option(min=0, help="Threads of the model; 0 takes one for each core.")]


def evaluate(
    more: More = None,
    model: Annotated[Path | None, typer.Option(help="Model folder; the embedded model by default.")] = None,
    data: Data = None,
    out: Annotated[Path, typer.Option(help="Folder for metrics.json, tables.md and index.html.")] = Path("evaluation"),
    second: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Second annotation of an evaluated file; may be repeated.")
    ] = None,
    train: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A training file of the model that is not where the model says it is."),
    ] = None,
    behaviour: Annotated[bool, typer.Option("--behaviour", help="Run the behaviour checklist as well.")] = False,
    checklist: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of another checklist.")] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="ROW", help="Leave out a row: target_blind, tfidf or majority; may be repeated."),
    ] = None,
    taxonomy: Actors = None,
    resamples: Resamples = 2000,
    seed: Seed = 13,
    threads: Threads = 0,
    cache: Annotated[Path | None, typer.Option(metavar="DIR", help="Where trained baselines are kept.")] = None,
    card: Annotated[
        bool, typer.Option("--card", help="Put the tables into the model's card, the numbers beside it.")
    ] = False,
) -> None:
    """Judge a model on held-out files: scores with intervals, beside baselines, by slice, and what goes wrong.

    The target-blind row trains the model once more without telling it its targets, which takes as long as training took;
    it is kept for the next evaluation.
    """
    _need_extra()
    from .candidates import BESIDE
    from .card import check_card, put_into_card
    from .evaluate import Request
    from .evaluate import evaluate as judged

    unknown = sorted(set(without or ()) - set(BESIDE))
    if unknown:
        raise ZawiyaError(f"--without: expected {', '.join(BESIDE)}, found {', '.join(unknown)}")
    request = Request(
        model=model or _embedded(),
        data=(*(data or ()), *(more or ())),
        cache=cache or _cache(),
        second=tuple(second or ()),
        train=tuple(train or ()),
        actors=taxonomy,
        behaviour=checklist or (_checklist() if behaviour else None),
        beside=tuple(kind for kind in BESIDE if kind not in (without or ())),
        resamples=resamples,
        seed=seed,
        threads=threads,
    )
    if card:
        check_card(request.model)
    found = judged(request)
    _write(found, out)
    if card:
        put_into_card(found, request.model)
    from .markdown import markdown

    typer.echo(markdown(found))
    typer.echo(f"written to {out}: metrics.json, tables.md, index.html")


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="Model folder.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Model folder.")],
    more: More = None,
    data: Data = None,
    taxonomy: Actors = None,
    resamples: Resamples = 2000,
    seed: Seed = 13,
    threads: Threads = 0,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the comparison to this file as well.")] = None,
) -> None:
    """Say whether model B is better than model A on the same files, by how much, and how surely."""
    _need_extra()
    from dataclasses import asdict

    from ..saving import write_json
    from .compare import compare_models
    from .markdown import comparison_lines

    files = [*(data or ()), *(more or ())]
    if not files:
        raise ZawiyaError("nothing to compare on: name labelled files with --data")
    found = compare_models((first, second), files, actors=taxonomy, resamples=resamples, seed=seed, threads=threads)
    for comparison in found.comparisons:
        for line in comparison_lines(comparison):
            typer.echo(line)
    if json_file:
        try:
            write_json(json_file, asdict(found))
        except OSError as error:
            raise ZawiyaError(f"{json_file}: the comparison could not be written: {error}") from error


def _write(found: "Evaluation", out: Path) -> None:
    from .markdown import markdown
    from .page import page
    from .records import save

    try:
        out.mkdir(parents=True, exist_ok=True)
        save(found, out / "metrics.json")
        (out / "tables.md").write_text(markdown(found), encoding="utf-8")
        (out / "index.html").write_text(page(found), encoding="utf-8")
    except OSError as error:
        raise ZawiyaError(f"{out}: the evaluation could not be written: {error}") from error


def _embedded() -> Path:
    from zawiya.resources import resource

    return resource("models", "default")


def _checklist() -> Path:
    from zawiya.resources import resource

    return resource("data", "behaviour")


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("zawiya") / "baselines"


def _need_extra() -> None:
    """Say what to install where the packages are missing, and show progress where they are not."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise ZawiyaError(
            f"evaluating needs packages that are not installed ({', '.join(missing)}); "
            "run: pip install 'zawiya[evaluate]'"
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
