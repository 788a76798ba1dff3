"""Everything that a report shows, out of a results folder."""

from typing import Any

from .. import options
from ..measure.gold import Gold
from ..results import Results
from .comparing import outlet_section, period_section
from .events import find_events
from .framing import frame_section
from .holding import holder_section
from .overview import notes, overview
from .reader import reader
from .records import Number, Report, Section, Words
from .stance import stance_section
from .timeline import time_section
from .world import World


def build(results: Results, *, gold: Gold | None = None, articles_limit: int = options.ARTICLES) -> Report:
    """Count, draw and gather what a page shows.

    :param gold: labels of a sample, by which figures are corrected that have enough of them.
    :param articles_limit: articles that the reader has at most; figures are of all.
    :raises ZawiyaError: when a file of the results is damaged.
    """
    world = World.of(results, gold)
    events = find_events(world.results)
    sections = (
        stance_section(world),
        holder_section(world),
        frame_section(world),
        time_section(world),
        outlet_section(world, events),
        period_section(world),
    )
    found = overview(world)
    return Report(
        overview=found,
        notes=tuple(notes(world, found)),
        sections=sections,
        reader=reader(world, events, limit=articles_limit),
        method="corrected" if any(map(_corrected, sections)) else "counted",
        labelled=0 if gold is None else len(gold.rows),
        about=_about(results.run),
    )


def _corrected(section: Section) -> bool:
    """Whether labels by people have corrected any of its figures."""
    tables = [block.table if block.kind == "chart" else block for block in section.blocks]
    cells = (cell for table in tables if table.kind == "table" for row in table.rows for cell in row)
    return any(isinstance(cell, Number) and cell.corrected for cell in cells)


def _about(run: Any) -> tuple[tuple[Words, str], ...]:  # noqa: ANN401 - JSON that somebody may have changed
    model, taxonomy, versions = (run.get(key) or {} for key in ("model", "taxonomy", "versions"))
    entries = (
        (Words("Model", "النموذج"), model.get("name")),
        (Words("Fingerprint of the model", "بصمة النموذج"), model.get("fingerprint")),
        (Words("Fingerprint of the actor list", "بصمة قائمة الفاعلين"), taxonomy.get("fingerprint")),
        (Words("zawiya", "zawiya"), versions.get("zawiya")),
        (Words("Labelled", "وُسمت في"), run.get("finished")),
    )
    return tuple((words, str(value)) for words, value in entries if value)
