"""The page of a report: one HTML file that fetches nothing and runs nothing but its own script.

The policy in its head names that script and its styles by their hashes, so whatever markup an article might smuggle in
stays dead even if it were not escaped. The trade-off: no style attribute may stand in the page, and shades are classes.
"""

import base64
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from zawiya.drawing import glyph as outline
from zawiya.pages import NOTHING, count, environment, plain, share, shown
from zawiya.records import STANCES

from ..measure.known import KnownError
from . import charts
from .records import LANGUAGES, Block, Comparison, Language, Number, Overview, Report, Square, Tone, Why, Words
from .words import WORDS
from .writing import written

FOLDER = Path(__file__).parent
TEMPLATE = "page.html.j2"
STYLES = ("base.css", "figures.css", "reader.css", "print.css")
#: In the order in which each needs what the ones before define.
SCRIPTS = (
    "core.js", "switches.js", "data.js", "place.js", "list.js", "article.js", "marks.js", "reader.js",
)  # fmt: skip
#: From this many rows on a table scrolls in a box of its own.
TALL = 16
#: Shades of a matrix.
STEPS = 5


def page(
    report: Report,
    *,
    title: str,
    language: Language = "en",
    known: KnownError | None = None,
    why: Why | None = None,
) -> str:
    """The whole page.

    :param title: its heading, shown as it is in both languages.
    :param language: that the page opens in; the other is a click away.
    :param known: how far the model is known to err.
    :param why: words behind decisions.
    """
    style, script = _style(), _script()
    template = environment(FOLDER)
    template.filters |= {each.__name__: each for each in (count, share, shown)}
    functions = (say, figure, ends, behind, titles, versus, label, drawing, shade, grouped, dates, glyph, interval, w)
    template.globals |= {each.__name__: each for each in functions}
    return template.get_template(TEMPLATE).render(
        report=report,
        title=title,
        language=language,
        known=known,
        LANGUAGES=LANGUAGES,
        STANCES=STANCES,
        TALL=TALL,
        WORDS=WORDS,
        style=Markup(style),  # noqa: S704 - the package's own
        script=Markup(script),  # noqa: S704
        style_hash=_hash(style),
        script_hash=_hash(script),
        words_json=data({name: [words.en, words.ar] for name, words in WORDS.items()}),
        why_json=data(why or {}),
    )


def data(values: Any) -> Markup:  # noqa: ANN401 - whatever JSON can hold
    """JSON for a block of the page that never runs; nothing in it can end the block."""
    text = json.dumps(values, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - without any character that markup has a use for


def say(words: Words) -> Markup:
    """Words in both languages, of which the page shows one; a name once, isolated from what stands around it."""
    if words.same:
        return Markup('<bdi dir="auto">{}</bdi>').format(shown(words.en))
    spans = (
        Markup('<span data-l="{0}" lang="{0}">{1}</span>').format(each, _prose(words.of(each))) for each in LANGUAGES
    )
    return Markup().join(spans)


def w(name: str, **places: str) -> Markup:
    """Words of the interface, places filled."""
    return say(_filled(WORDS[name], places))


def label(words: Words) -> Markup:
    """The attribute that names an element for those who do not see it, in the language that the script sets."""
    return Markup(' aria-label="{0}" data-label-en="{0}" data-label-ar="{1}"').format(plain(words.en), plain(words.ar))


def titles(words: Words) -> Markup:
    """What a block is called where one of several is chosen."""
    return Markup(' data-en="{}" data-ar="{}"').format(plain(words.en), plain(words.ar))


def versus(comparison: Comparison) -> Markup:
    """The same for a comparison of two."""
    left, right = comparison.left, comparison.right
    return titles(Words(f"{left.en} | {right.en}", f"{left.ar} | {right.ar}"))


def figure(number: Number) -> str:
    """The number itself, in its unit, with ``*`` where labels by people have corrected it."""
    return written(number, number.value) + "*" * number.corrected


def ends(number: Number) -> str:
    """The interval of a number: ``.31–.52``."""
    if number.low is None or number.high is None:
        return ""
    # a dash beside a minus is read as another one
    between = " … " if number.unit in {"difference", "log", "ratio"} else "–"
    return f"{written(number, number.low)}{between}{written(number, number.high)}"


def behind(number: Number) -> Markup:
    """What a share was counted from, shown when the pointer rests on it."""
    if number.count is None or number.rows is None:
        return Markup()
    said = f"{count(number.count)} / {count(number.rows)}"
    return Markup(' title="{}"').format(said)


def interval(rate: Any) -> str:  # noqa: ANN401 - a rate of the measure, by its three fields
    """A rate of a known mistake with its interval, in two digits."""
    if rate is None or rate.value is None:
        return NOTHING
    value, *between = (
        re.sub(r"^0", "", f"{each:.2f}") for each in (rate.value, rate.low, rate.high) if each is not None
    )
    return f"{value} ({between[0]}–{between[1]})" if len(between) == 2 else value


def drawing(svg: Markup) -> Markup:
    """A chart with its width as an attribute: the page's policy allows no style attributes."""
    found = re.search(r"--wide: *([\d.]+)px", svg)
    bare = re.sub(r' style="[^"]*"', "", svg)
    wide = f' width="{math.ceil(float(found[1]))}"' if found else ""
    return Markup(bare.replace("<svg ", f"<svg{wide} ", 1))  # noqa: S704 - markup it was


def shade(square: Square, tone: Tone) -> str:
    """Classes of a square: which colour, and how deep in :data:`STEPS` steps."""
    if not square.numbers:
        return "empty"
    step = math.ceil(abs(square.value or 0) * STEPS)
    if not step:
        return ""
    colour = ("favor" if (square.value or 0) > 0 else "against") if tone == "net" else tone or "neutral"
    return f"s{min(step, STEPS)} shade-{colour}"


def grouped(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks in their order; matrices of one group together, where the first of them stands."""
    groups: dict[str, list[Block]] = {}
    for block in blocks:
        group = block.group if block.kind == "matrix" else ""
        groups.setdefault(f"group {group}" if group else f"block {block.id}", []).append(block)
    yield from groups.values()


def dates(overview: Overview) -> Markup:
    """From the first day to the last."""
    days = list(dict.fromkeys(day[:10] for day in (overview.first, overview.last) if day))
    return Markup(' <span class="soft">–</span> ').join(Markup("<bdi>{}</bdi>").format(shown(day)) for day in days)


def glyph(symbol: str) -> Markup:
    """A symbol of a legend or a stance."""
    return outline("circle", "var(--neutral)") if symbol == "neutral" else charts.glyph(symbol)


def _prose(text: str) -> Markup:
    """A sentence of the report's own, with commands between backquotes as such."""
    code = Markup('<code dir="ltr">{}</code>')
    return Markup().join(
        code.format(shown(part)) if odd % 2 else shown(part) for odd, part in enumerate(text.split("`"))
    )


def _filled(words: Words, places: Mapping[str, str]) -> Words:
    def fill(text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda place: places[place[1]], text)

    return Words(fill(words.en), fill(words.ar)) if places else words


def _style() -> str:
    return "\n".join(_own(name) for name in STYLES)


def _script() -> str:
    inside = "\n".join(_own(name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{inside}\n}})();'


def _own(name: str) -> str:
    # a parser makes every line end the same, so the hash has to be of such
    return (FOLDER / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
