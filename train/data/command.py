"""`zawiya data`: looking after labelled data from the command line, thin over the functions of this package."""

import json
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from zawiya.errors import ZawiyaError

from . import split
from .check import LEVELS, Finding, Report, check
from .importing.command import main as import_main

#: Findings of one kind that are shown; ``--json`` writes all.
SHOWN = 10
#: Looked for beside the first file when ``--held-out`` is not given.
HELD_OUT = "unseen_actors.txt"

app = typer.Typer(help="Import, check and split labelled corpora.", no_args_is_help=True)
app.command("split")(split.main)
app.command("import")(import_main)


@app.command("check")
def check_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Corpus files (.jsonl or .jsonl.gz).")],
    taxonomy: Annotated[
        Path | None, typer.Option(help="Actor list; the one that comes with zawiya by default.")
    ] = None,
    frames: Annotated[Path | None, typer.Option(help="Frame list; the one that comes with zawiya by default.")] = None,
    held_out: Annotated[
        Path | None,
        typer.Option(
            help="Actor ids, one a line, allowed only in the corpus file of the same name. "
            f"By default {HELD_OUT} beside the first file."
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write every finding to this file.")] = None,
) -> None:
    """Check labelled files: schema, offsets, taxonomy, duplicates, leaks between splits, rare labels.

    Ends with 0 where no error was found, with 1 where one was, and with 2 where the check could not be made.
    """
    # here, not above: the program's --help needs no pydantic
    from zawiya.taxonomy import Taxonomy

    lists = Taxonomy.load(taxonomy, frames)
    report = check(files, actors=lists.actor_ids, frames=lists.frame_ids, held_out=_held_out(held_out, files[0]))
    if json_file:
        _write(json_file, report)
    for line in lines(report):
        typer.echo(line)
    raise typer.Exit(1 if report.count("error") else 0)


def lines(report: Report, *, shown: int = SHOWN) -> list[str]:
    """The report in plain words, at most ``shown`` findings of a kind."""
    result = [f"{report.articles} articles, {report.sentences} sentences, {report.mentions} mentions"]
    for level in LEVELS:
        kinds: dict[str, list[Finding]] = defaultdict(list)
        for finding in report.findings:
            if finding.level == level:
                kinds[finding.kind].append(finding)
        for kind, findings in kinds.items():
            result += ["", f"{level}: {kind} ({len(findings)})"]
            result += [f"  {finding.place}: {finding.message}" for finding in findings[:shown]]
            if len(findings) > shown:
                result.append(f"  and {len(findings) - shown} more; --json FILE lists all")
    counts = [(level, report.count(level)) for level in LEVELS]
    summary = ", ".join(f"{count} {level}{'' if count == 1 else 's'}" for level, count in counts)
    return [*result, "", f"{summary}."]


def _held_out(path: Path | None, first: Path) -> dict[str, frozenset[str]]:
    beside = first.with_name(HELD_OUT)
    chosen = path or (beside if beside.is_file() else None)
    if chosen is None:
        return {}
    # here, not above: the program's --help needs no pydantic
    from ..sources import read_ids

    return {chosen.stem: read_ids(chosen)}


def _write(path: Path, report: Report) -> None:
    text = json.dumps(asdict(report), ensure_ascii=False, indent=2)
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise ZawiyaError(f"{path}: the findings could not be written: {error}") from error
