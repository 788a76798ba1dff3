"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

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
