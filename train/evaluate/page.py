"""The page of an evaluation: one HTML file for people, without scripts and without anything to fetch.

Sentences of articles are a stranger's text: they are escaped, kept from turning the text around them, and what is
invisible in them is named, so that nobody is shown something other than what the model read.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from zawiya.errors import ZawiyaError
from zawiya.records import STANCES

from .records import BehaviourTest, Difference, Evaluation, Mistake, Part, Reliability, Slice, System

try:
    from markupsafe import Markup

    from zawiya.pages import count, environment, likelihood, plain, points, share, shown

    from .charts import Dot, forest, glyph, reliability
except ModuleNotFoundError as missing:
    raise ZawiyaError(
        f"the page of an evaluation needs packages that are not installed ({missing.name}); "
        "run: pip install 'zawiya[evaluate]'"
    ) from missing

TEMPLATE = Path(__file__).with_name("page.html.j2")
#: Rows that the words for a chart name one by one.
NAMED = 8
#: Code points shown on either side of a target.
CONTEXT = 500


def page(evaluation: Evaluation) -> str:
    """The whole page."""
    templates = environment(TEMPLATE.parent)
    filters = (share, points, count, likelihood, shown, around, score_name)
    functions = (glyph, scores_chart, slices_chart, failures_chart, diagram, of_kind, frames_of, clear)
    templates.filters |= {function.__name__: function for function in filters}
    templates.globals |= {function.__name__: function for function in functions}
    return templates.get_template(TEMPLATE.name).render(evaluation=evaluation, STANCES=STANCES)


def score_name(score: str) -> str:
    """The dotted name of a score in words."""
    words = score.replace("end_to_end", "end-to-end").replace("favor_against_f1", "mean of favor and against")
    return re.sub(r"[._]", " ", re.sub(r"\.f1$", " F1", re.sub(r"_f1$", "-F1", words)))


def around(mistake: Mistake) -> Markup:
    """The sentence with its target marked, of a very long one what stands around the target."""
    text, start, end = mistake.sentence, mistake.start, mistake.end
    first, last = max(start - CONTEXT, 0), end + CONTEXT
    target = Markup("<mark>{}</mark>").format(shown(text[start:end])) if start < end else ""
    before = "…" * (first > 0) + text[first:start]
    return shown(before) + target + shown(text[end:last] + "…" * (last < len(text)))


def of_kind(part: Part, *kinds: str) -> list[System]:
    """The systems of these kinds, in the order of the kinds."""
    return [system for kind in kinds for system in part.systems if system.kind == kind]


def frames_of(part: Part) -> list[str]:
    """Frames that have a score or that somebody labelled, the most frequent first."""
    scores = [name for system in part.systems for name in system.scores]
    found = [match[1] for name in scores if (match := re.fullmatch(r"frames\.(.+)\.f1", name))]
    labelled = [
        name.removeprefix("frames.") for name, rows in part.support.items() if name.startswith("frames.") and rows
    ]
    frames = dict.fromkeys((*labelled, *found))
    return sorted(frames, key=lambda frame: -part.support.get(f"frames.{frame}", 0))


def clear(difference: Difference) -> bool:
    """Whether the interval lies on one side of nought."""
    return difference.low is not None and difference.high is not None and not difference.low <= 0 <= difference.high


def scores_chart(systems: Sequence[System], rows: dict[str, str], label: str) -> Markup:
    """Some scores of the systems.

    :param rows: names of scores and how the chart calls them.
    """
    dots = [
        Dot(plain(row), plain(system.name), system.kind, system.scores[score])
        for score, row in rows.items()
        for system in systems
        if score in system.scores
    ]
    return forest(dots, label=_said(label, dots))


def slices_chart(part: Part, slices: Sequence[Slice], score: str, label: str) -> Markup:
    """One score of the model and those beside it, slice by slice."""
    dots = [
        Dot(
            "† " * each.small + plain(each.name),
            plain(system.name),
            system.kind,
            each.scores[system.name][score],
            each.small,
        )
        for each in slices
        for system in of_kind(part, "model", "target_blind", "tfidf")
        if score in each.scores.get(system.name, {})
    ]
    return forest(dots, label=_said(label, dots))


def failures_chart(tests: Sequence[BehaviourTest], label: str) -> Markup:
    """The failure rate of each test."""
    dots = [Dot(plain(test.name), "", "model", test.rate) for test in tests]
    return forest(dots, label=_said(label, dots))


def diagram(calibration: Reliability, label: str) -> Markup:
    """The diagram of reliability of one label at one stage."""
    known = [each for each in calibration.bins if each.rows]
    said = "; ".join(f"at confidence {share(each.confidence)} {share(each.right)} are right" for each in known)
    return reliability(calibration.bins, label=f"{plain(label)}: {said}.")


def _said(label: str, dots: Sequence[Dot]) -> str:
    """What a chart shows in words: the model's scores, or of many the ends."""
    rows = [(dot.row, dot.score.value) for dot in dots if dot.kind == "model" and dot.score.value is not None]
    if len(rows) > NAMED:
        ordered = sorted(rows, key=lambda row: row[1])
        rows = [ordered[0], ordered[-1]]
        label = f"{label}; lowest and highest of the model"
    return f"{plain(label)}: " + ", ".join(f"{name} {share(value)}" for name, value in rows) + "."
