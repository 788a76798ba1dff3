"""The tables of an evaluation as Markdown, for a README and for a model's card."""

from collections.abc import Iterator, Sequence

from .records import BehaviourTest, Comparison, Estimate, Evaluation, McNemar, Part, System

#: Columns of the main table.
COLUMNS = (
    ("stance macro-F1", "stance.macro_f1"),
    ("favor and against", "stance.favor_against_f1"),
    ("holder accuracy", "holder.accuracy"),
    ("frames micro-F1", "frames.micro_f1"),
    ("triple", "triple.f1"),
    ("end to end: stance macro-F1", "end_to_end.stance.macro_f1"),
    ("end to end: triple F1", "end_to_end.triple.f1"),
)


def markdown(evaluation: Evaluation) -> str:
    """Every table of an evaluation."""
    lines: list[str] = []
    for part in evaluation.parts:
        lines += [*_heading(part), "", *system_table(part.systems), ""]
        lines += [f"- {line}" for line in _sayings(part)]
        lines += [""]
    if evaluation.behaviour:
        lines += ["**Behaviour checklist**", "", *behaviour_table(evaluation.behaviour), ""]
    lines += [f"Note: {note}." for note in evaluation.notes]
    return "\n".join(lines).strip() + "\n"


def _heading(part: Part) -> Iterator[str]:
    yield (
        f"**{part.name}**: {part.articles} articles, {part.sentences} sentences, {part.rows} actor rows "
        f"({part.support['stance.favor']} favor, {part.support['stance.against']} against, "
        f"{part.support['stance.neutral']} neutral). 95% intervals over articles."
    )


def system_table(systems: Sequence[System]) -> list[str]:
    """The main table: a row a system, a column a score with its interval."""
    lines = [f"| | {' | '.join(name for name, _ in COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
    for system in systems:
        name = f"**{_cell(system.name)}**" if system.kind == "model" else _cell(system.name)
        cells = " | ".join(written(system.scores.get(score)) for _, score in COLUMNS)
        lines.append(f"| {name} | {cells} |")
    return lines


def _cell(name: str) -> str:
    """A name that ends neither its cell nor its row."""
    return " ".join(name.split()).replace("|", "\\|")


def written(estimate: Estimate | None) -> str:
    """A score with its interval, as `.611 (.57–.65)`."""
    if estimate is None or estimate.value is None:
        return "–"
    shown = _short(estimate.value, 3)
    if estimate.low is None or estimate.high is None:
        return shown
    return f"{shown} ({_short(estimate.low, 2)}–{_short(estimate.high, 2)})"


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0") if value < 1 else f"{value:.{digits}f}"


def _sayings(part: Part) -> Iterator[str]:
    """What the tables come to, in sentences."""
    for comparison in part.comparisons:
        stance = next(d for d in comparison.differences if d.score == "stance.macro_f1")
        yield f"against {stance.first}, stance macro-F1: {stance.verdict}"
    if part.weakest:
        yield f"weakest slices by stance macro-F1: {', '.join(part.weakest)}"
    after = [found for found in part.calibration if found.stage == "after"]
    if after:
        said = ", ".join(f"{found.label} {written(found.ece)}" for found in after)
        yield f"expected calibration error: {said}"
    yield from part.warnings


def behaviour_table(tests: Sequence[BehaviourTest]) -> list[str]:
    """The checklist: a row a test, with the share of cases that fail."""
    lines = [
        "| test | kind | cases | failure rate | frames moved | an actor not found |",
        "|---|---|---|---|---|---|",
    ]
    for test in tests:
        moved, lost = (("–" if share is None else f"{share:.0%}") for share in (test.frames_moved, test.unfound))
        lines.append(f"| {_cell(test.name)} | {test.kind} | {test.cases} | {_percent(test.rate)} | {moved} | {lost} |")
    return lines


def _percent(rate: Estimate) -> str:
    if rate.value is None or rate.low is None or rate.high is None:
        return "–"
    return f"{rate.value:.0%} ({rate.low:.0%}–{rate.high:.0%})"


def comparison_lines(comparison: Comparison) -> list[str]:
    """A comparison in plain words."""
    lines = [comparison.part]
    width = max(len(found.score) for found in comparison.differences)
    lines += [f"  {found.score:<{width}}  {found.verdict}" for found in comparison.differences]
    if comparison.mcnemar:
        first, second = comparison.differences[0].first, comparison.differences[0].second
        lines.append(f"  {_mcnemar(comparison.mcnemar, first, second)}")
    return lines


def _mcnemar(found: McNemar, first: str, second: str) -> str:
    return (
        f"McNemar on stances: only {first} right in {found.first_only} rows, only {second} right in {found.second_only}, "
        f"p {'< 0.001' if found.p < 0.001 else f'= {found.p:.3f}'} (rows taken as independent)"
    )
