"""The page of an evaluation: one HTML file for people, without scripts and without anything to fetch.

Sentences of articles are a stranger's text: they are escaped, kept from turning the text around them, and what is
invisible in them is named, so that nobody is shown something other than what the model read.
"""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from zawiya.errors import ZawiyaError
from zawiya.records import STANCES

from .records import BehaviourTest, Difference, Evaluation, Mistake, Part, Reliability, Slice, System

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup, escape

    from .charts import Dot, forest, glyph, reliability
except ModuleNotFoundError as missing:
    raise ZawiyaError(
        f"the page of an evaluation needs packages that are not installed ({missing.name}); "
        "run: pip install 'zawiya[evaluate]'"
    ) from missing

TEMPLATE = Path(__file__).with_name("page.html.j2")
#: What stands where there was nothing to count.
NOTHING = "–"
#: Rows that the words for a chart name one by one.
NAMED = 8
#: Code points shown on either side of a target.
CONTEXT = 500
#: Format characters that are seen: signs that Arabic numbers and verses are written upon.
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u08e2\u0890\u0891\n\t")
#: Letters and marks without any ink.
_INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_CHIP = Markup('<span class="chip" dir="ltr">{}</span>')


def page(evaluation: Evaluation) -> str:
    """The whole page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    filters = (share, points, count, likelihood, shown, around, score_name)
    functions = (glyph, scores_chart, slices_chart, failures_chart, diagram, of_kind, frames_of, clear)
    environment.filters |= {function.__name__: function for function in filters}
    environment.globals |= {function.__name__: function for function in functions}
    return environment.get_template(TEMPLATE.name).render(evaluation=evaluation, STANCES=STANCES)


def _finalized(value: object) -> object:
    """What a place in the template says: nothing unsaid, nothing hidden."""
    if value is None:
        return NOTHING
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def share(value: float | None) -> str:
    """A share of one: ``.611``."""
    return NOTHING if value is None else re.sub(r"^(-?)0\.", r"\1.", f"{value:.3f}").replace("-", "−")


def points(value: float | None) -> str:
    """A difference of shares in points of a hundred: ``+4.2``."""
    return NOTHING if value is None else f"{100 * value:+.1f}".replace("-", "−")


def count(value: float | None) -> str:
    """A number of things, or a share of them: ``1,234``."""
    return f"{value:,.0f}" if value is not None and float(value).is_integer() else share(value)


def likelihood(p: float) -> str:
    """A probability of chance: ``p = .012``."""
    return "p < .001" if p < 0.001 else f"p = {share(p)}"


def score_name(score: str) -> str:
    """The dotted name of a score in words."""
    words = score.replace("end_to_end", "end-to-end").replace("favor_against_f1", "mean of favor and against")
    return re.sub(r"[._]", " ", re.sub(r"\.f1$", " F1", re.sub(r"_f1$", "-F1", words)))


def _hidden(character: str) -> bool:
    return character in _INKLESS or (unicodedata.category(character) in _HIDDEN and character not in _SEEN)


def plain(text: str) -> str:
    """Text with invisible characters named, for attributes and charts: ``‹U+202E›``."""
    if text.isprintable() and _INKLESS.isdisjoint(text):
        return text
    return "".join(f"‹U+{ord(each):04X}›" if _hidden(each) else each for each in text)


def shown(text: str) -> Markup:
    """Text with invisible characters as chips."""
    if text.isprintable() and _INKLESS.isdisjoint(text):
        return escape(text)
    return Markup().join(_CHIP.format(f"U+{ord(each):04X}") if _hidden(each) else each for each in text)


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
