"""What the commands say in the terminal, and the tables of agreement that they write."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from zawiya.errors import ZawiyaError

from .adjudication import Adjudicated, write_sheet
from .changes import Change, counted
from .disagreements import Disagreement
from .exporting import Exported
from .importing import Imported
from .texts import guarded, shown

if TYPE_CHECKING:
    # scikit-learn takes two seconds to load, and only `agree` needs it
    from .agreement import Agreement, AgreementReport
    from .coefficients import Coefficient

AGREEMENT, DISAGREEMENTS = "agreement.csv", "disagreements.csv"
#: Changes and disagreements that are shown; files hold all of them.
SHOWN = 20


def exported_lines(done: Exported) -> Iterator[str]:
    """What was written."""
    yield f"{_count(done.sentences, 'sentence')} of {_count(done.articles, 'article')}, {_count(done.mentions, 'actor row')}"
    yield from (f"  {path}" for path in done.paths)


def imported_lines(done: Sequence[Imported], *, most: int = SHOWN) -> Iterator[str]:
    """What each annotator did, and what they changed."""
    for one in done:
        name = "" if one.annotator is None else f"annotator {one.annotator}: "
        where = f" -> {one.path}" if one.path else ""
        yield f"{name}{_count(one.finished, 'sentence')} of {_count(one.articles, 'article')} finished{where}"
        skipped = f", of these {one.skipped} skipped on purpose" if one.skipped else ""
        yield f"  {one.unfinished} not finished and left out{skipped}"
        yield from (f"  note: {note}" for note in one.notes)
        yield from _changes(one, most)


def _changes(one: Imported, most: int) -> Iterator[str]:
    if not one.finished:
        return
    touched = len({change.key for change in one.changes})
    yield f"  changed: {_count(len(one.changes), 'label')} in {touched} of {_count(one.finished, 'sentence')}"
    yield from (f"    {kind:<16} {count}" for kind, count in counted(one.changes).items() if count)
    for change in one.changes[:most]:
        yield f"    {shown(change.sentence, most=60)}"
        yield f"      {_said(change)}"
    if len(one.changes) > most:
        yield f"    and {len(one.changes) - most} more"


def _said(change: Change) -> str:
    about = f"{change.kind} {_label(change.about)}".rstrip()
    if change.before and change.after:
        return f"{about}: {_label(change.before)} -> {_label(change.after)}"
    return f"{about}: {_label(change.before or change.after or 'nobody')}"


def agreement_lines(report: "AgreementReport", found: Sequence[Disagreement], *, most: int = SHOWN) -> Iterator[str]:
    """The coefficients, a line each, and the first disagreements."""
    names = report.together.names
    yield f"{', '.join(names)}: {_count(report.shared, 'sentence')} of {_count(report.articles, 'article')} in common"
    if report.articles == 1:
        yield "one article in common: there is no interval"
    yield from _coefficients(report.agreements, pairs=len(names) > 2)
    yield ""
    yield f"{_count(len(found), 'disagreement')}"
    for each in found[:most]:
        yield f"  {shown(each.sentence, most=60)}"
        said = "; ".join(
            f"{name}: {_label(answer)}" for name, answer in zip(names, each.said, strict=True) if answer is not None
        )
        yield f"    {_label(each.actor or f'frame {each.frame}')}: {said}"
    if len(found) > most:
        yield f"  and {len(found) - most} more; --out DIR writes all"


def _coefficients(agreements: "Sequence[Agreement]", *, pairs: bool) -> Iterator[str]:
    """A line for each label; with more than two annotators one for each pair too."""
    by_line: dict[tuple[str, str], dict[str, Coefficient]] = {}
    for one in agreements:
        by_line.setdefault((one.label, one.between if pairs else ""), {})[one.measure] = one.figure
    label, between = (max(len(line[place]) for line in by_line) for place in (0, 1))
    yield f"{'':<{label}}  {'':<{between}}  units  agreed  {'alpha':<22}kappa".rstrip()
    for line, figures in by_line.items():
        first = next(iter(figures.values()))
        agreed = "" if first.observed is None else f"{100 * first.observed:.0f}%"
        values = [f"{_figure(figures[name]) if name in figures else '':<22}" for name in ("alpha", "kappa")]
        shown_values = first.why or "".join(values)
        yield f"{line[0]:<{label}}  {line[1]:<{between}}  {first.units:>5}  {agreed:>6}  {shown_values}".rstrip()


def _figure(figure: "Coefficient") -> str:
    if figure.value is None:
        return "none"
    ends = "" if figure.low is None or figure.high is None else f" ({figure.low:.2f} to {figure.high:.2f})"
    return f"{figure.value:.2f}{ends}"


def write_agreement(report: "AgreementReport", found: Sequence[Disagreement], folder: Path) -> None:
    """Write the coefficients and the disagreements as tables for spreadsheets.

    :raises ZawiyaError: when the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / AGREEMENT).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["label", "between", "measure", "units", "agreed", "value", "low", "high", "why_none"])
            writer.writerows(guarded(_row(one)) for one in report.agreements)
        write_sheet(found, report.together.names, folder / DISAGREEMENTS)
    except OSError as error:
        raise ZawiyaError(f"{folder}: expected a folder that can be written to: {error}") from error


def _row(one: "Agreement") -> list[str]:
    figure = one.figure
    numbers = (figure.observed, figure.value, figure.low, figure.high)
    return [
        one.label,
        one.between,
        one.measure,
        str(figure.units),
        *("" if number is None else str(number) for number in numbers),
        figure.why,
    ]


def to_decide_lines(found: Sequence[Disagreement], path: Path) -> Iterator[str]:
    """How much there is to decide, and how."""
    sentences = len({one.key for one in found})
    yield f"{_count(len(found), 'disagreement')} in {_count(sentences, 'sentence')} -> {path}"
    yield "fill in `decision`, then give the same command with --decided"


def adjudicated_lines(done: Adjudicated, path: Path) -> Iterator[str]:
    """What became of the disagreements."""
    yield f"{_count(done.sentences, 'sentence')} of {_count(done.articles, 'article')} -> {path}"
    yield f"  {done.decided} disagreements decided, {done.undecided} not: {_count(done.left_out, 'sentence')} left out"
    if done.alone:
        yield f"  note: {_count(done.alone, 'sentence')} of one annotator only, taken as they are"


def _label(text: str) -> str:
    """Ids as they are; words of an article, which may stand in their place, so that they move nothing."""
    return text if text.isascii() and text.isprintable() else shown(text)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
