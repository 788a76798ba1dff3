"""What an engine is: it labels the articles of a run and puts them into the results folder, part by part; and its labeler.

A plain function that has the whole run before it, so each engine steers by itself, and little is shared between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from zawiya.labeler import Labeler
from zawiya.reading import Skipped
from zawiya.taxonomy import Taxonomy

from .folder import ResultFolder
from .interrupts import Interrupts
from .progress import Watch
from .settings import InferSettings


@dataclass(frozen=True, slots=True)
class Done:
    """What an engine did.

    :param met: the state in which each source was met, empty where it changed while it was read.
    :param passing: sources and paths that gave nothing this time, and may another.
    :param unchanged: sources that an earlier run had labelled as they are.
    :param added: articles labelled.
    :param interrupted: whether it was ended before its time; what it had finished is in the folder.
    """

    met: Mapping[str, str]
    passing: list[Skipped]
    unchanged: int
    added: int
    interrupted: bool


class Engine(Protocol):
    """Labels the articles of ``settings.paths`` that the results folder does not hold yet as they are."""

    def __call__(
        self, settings: InferSettings, labeler: Labeler, results: ResultFolder, watch: Watch, interrupts: Interrupts
    ) -> Done:
        """Label until there is nothing left or an interrupt comes, with the labeler or with copies of it."""
        ...


def load_labeler(settings: InferSettings) -> Labeler:
    """The labeler that the settings name.

    :raises ZawiyaError: when the model folder or the actor list is at fault.
    """
    taxonomy = Taxonomy.load(settings.taxonomy)
    return Labeler.load(settings.model, taxonomy=taxonomy, threads=settings.threads)
