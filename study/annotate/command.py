"""``zawiya annotate``: the options, and nothing else; what the commands do is in the modules beside this one.

Imports inside the functions: ``zawiya --help`` loads this module too.
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zawiya.taxonomy import Taxonomy

app = typer.Typer(help="Give sentences to annotators, take their labels back, and compare them.", no_args_is_help=True)


class Format(StrEnum):
    """What annotators work in."""

    LABEL_STUDIO = "label-studio"
    CSV = "csv"
    JSONL = "jsonl"


ActorsOption = Annotated[
    Path | None,
    typer.Option("--taxonomy", metavar="FILE", help="Actor list; the one that comes with zawiya by default."),
]
FramesOption = Annotated[
    Path | None, typer.Option("--frames", metavar="FILE", help="Frame list; the one that comes with zawiya by default.")
]
Annotations = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="A corpus file for each annotator, two or more.")
]


@app.command("export")
def export_command(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A corpus file, a results folder, or a sample of `zawiya sample`.")
    ],
    to: Annotated[Format, typer.Option("--to", help="What the annotators work in.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write into.")],
    taxonomy: ActorsOption = None,
    frames: FramesOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an export that stands there.")] = False,
) -> None:
    """Write articles for annotators, with the labels that they have already."""
    from .exporting import export
    from .view import exported_lines

    done = export(path, to.value, out, taxonomy=_taxonomy(taxonomy, frames), overwrite=overwrite)
    for line in exported_lines(done):
        typer.echo(line)


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What the annotators gave back.")],
    from_: Annotated[Format, typer.Option("--from", help="What they worked in.")],
    articles: Annotated[
        Path, typer.Option(metavar="PATH", help="What was exported: the corpus file, results folder or sample.")
    ],
    out: Annotated[Path, typer.Option(metavar="CORPUS.jsonl", help="Corpus file to write.")],
    all_: Annotated[
        bool, typer.Option("--all", help="Take every sentence as looked at, whatever `checked` says (csv and jsonl).")
    ] = False,
    taxonomy: ActorsOption = None,
    frames: FramesOption = None,
) -> None:
    """Read annotators' labels into corpus files, one for each annotator, and say what they changed."""
    from .importing import import_answers
    from .view import imported_lines

    done = import_answers(file, from_.value, articles, out, taxonomy=_taxonomy(taxonomy, frames), take_all=all_)
    for line in imported_lines(done):
        typer.echo(line)


@app.command("agree")
def agree_command(
    files: Annotations,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write agreement.csv and disagreements.csv there.")
    ] = None,
    taxonomy: ActorsOption = None,
    frames: FramesOption = None,
) -> None:
    """Say how well annotators agree: Cohen's kappa, Krippendorff's alpha, and what they do not agree on."""
    from .agreement import agree
    from .disagreements import disagreements
    from .view import agreement_lines, write_agreement

    report = agree(files, frames=_taxonomy(taxonomy, frames).frame_ids)
    found = list(disagreements(report.together))
    if out:
        write_agreement(report, found, out)
    for line in agreement_lines(report, found):
        typer.echo(line)


@app.command("adjudicate")
def adjudicate_command(
    files: Annotations,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The sheet to decide in; with --decided the final corpus file.")
    ],
    decided: Annotated[Path | None, typer.Option(metavar="FILE", help="The sheet with decisions.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a sheet that stands there.")] = False,
    taxonomy: ActorsOption = None,
    frames: FramesOption = None,
) -> None:
    """Write what annotators disagree on as a sheet to decide in; with --decided make the final corpus of it."""
    from .adjudication import adjudicate, write_disagreements
    from .labels import labels_of
    from .together import read_together
    from .view import adjudicated_lines, to_decide_lines

    together = read_together(files)
    labels = labels_of(_taxonomy(taxonomy, frames), together.everything())
    if decided is None:
        lines = to_decide_lines(write_disagreements(together, out, overwrite=overwrite), out)
    else:
        lines = adjudicated_lines(adjudicate(together, decided, out, labels), out)
    for line in lines:
        typer.echo(line)


def _taxonomy(actors: Path | None, frames: Path | None) -> "Taxonomy":
    from zawiya.taxonomy import Taxonomy

    return Taxonomy.load(actors, frames)
