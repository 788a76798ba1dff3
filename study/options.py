"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

from zawiya.errors import ZawiyaError

#: Most articles in the reader of a report, and most decisions that it explains.
ARTICLES, EXPLAINED = 2000, 300
#: What is studied.
Out = Annotated[Path, typer.Argument(metavar="OUT", help="Results folder of `zawiya infer`.")]
#: Labels by people, and how the sentences were drawn.
Gold = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Labels by people of a sample that `zawiya sample` drew; figures are corrected."),
]
Design = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="How the sample was drawn; by default design.json beside --gold."),
]
Uniform = Annotated[
    bool, typer.Option("--uniform", help="Instead of a design: every sentence had the same chance to be labelled.")
]


def check_labels(gold: Path | None, design: Path | None, uniform: bool) -> None:
    """See that what is said of labels comes with labels.

    :raises ZawiyaError: when it does not.
    """
    if not gold and (design or uniform):
        raise ZawiyaError(
            "--design, --uniform: expected --gold besides, found no labels; pass the file that people labelled"
        )
