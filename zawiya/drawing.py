"""Charts of Vega-Lite as inline SVG for pages that fetch nothing.

Colours are CSS variables of the page, which Vega hands through as they are: one drawing serves light, dark and print, and
no script is needed to look at it. Needs altair and vl-convert, so it is imported by those who draw and by nothing else.
"""

import re
from collections.abc import Mapping
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

#: Widest name of a row, in pixels.
NAME_WIDTH = 220
#: As tables write shares: .5, not 0.5.
SHARE_LABEL = r"replace(datum.label, /^0\./, '.')"
CONFIG: Mapping[str, Any] = {
    "background": "transparent",
    "aria": False,
    "font": "inherit",
    "padding": {"left": 12, "right": 12, "top": 6, "bottom": 6},
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--ink)",
        "titleColor": "var(--soft)",
        "titleFontWeight": "normal",
        "labelFontSize": 13,
        "titleFontSize": 13,
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelLimit": NAME_WIDTH,
        "labelFlush": False,
        "labelOverlap": False,
    },
}
#: Path of a symbol around the middle of a square of twenty, by Vega's name of it.
OUTLINES = {
    "circle": "M-7,0a7,7 0 1,0 14,0a7,7 0 1,0 -14,0Z",
    "diamond": "M0,-9L8,0L0,9L-8,0Z",
    "square": "M-7,-7H7V7H-7Z",
    "cross": "M-3,-9H3V-3H9V3H3V9H-3V3H-9V-3H-3Z",
    "triangle-up": "M0,-8L9,8H-9Z",
    "triangle-down": "M0,8L9,-8H-9Z",
    "triangle-right": "M-7,-9L9,0L-7,9Z",
}
#: Vega makes an address of what is a place in the page.
_LINK = re.compile(r'xlink:href="[^"#]*(#[^"]*)"')
#: Attributes that say nothing: roles within one image, and what holds without them.
_IDLE = re.compile(
    r' (?:(?:aria-[a-z]+|role|class|pointer-events)="[^"]*"|(?:opacity|fill-opacity|stroke-width)="1"|[xy]2="0"'
    r'|transform="translate\(0,0\)"|font-family="inherit")'
)


def svg(chart: alt.TopLevelMixin, label: str, config: Mapping[str, Any] = CONFIG) -> Markup:
    """A chart as markup that scales with the page and says what it shows.

    Marks with ``href`` are links within the page, titled by their ``description``; without any, the drawing is one image.

    :param label: what is seen, for those who do not see it.
    :return: an ``<svg>`` whose style has its width in pixels as ``--wide``.
    """
    spec = chart.to_dict(validate=False)
    # a theme that somebody has set for altair as a whole has no say here
    spec["config"] = dict(config)
    version = "_".join(alt.SCHEMA_VERSION.split(".")[:2])
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[])
    _, _, inner = drawn.partition(">")
    found = re.search(r'viewBox="([\d. ]+)"', drawn)
    box = found[1] if found else "0 0 0 0"
    # where an anchored text begins does not turn with the page around it
    return Markup('<svg role="{}" direction="ltr" aria-label="{}" viewBox="{}" style="--wide: {}px">{}').format(
        "group" if _LINK.search(inner) else "img",
        label,
        box,
        box.split()[2],
        Markup(_lean(inner)),  # noqa: S704 - Vega escapes the names it draws
    )


def glyph(shape: str, colour: str) -> Markup:
    """A symbol for running text, beside which its name stands."""
    return Markup(
        '<svg class="glyph" viewBox="-10 -10 20 20" aria-hidden="true" focusable="false"><path fill="{}" d="{}"/></svg>'
    ).format(colour, OUTLINES[shape])


def _lean(drawn: str) -> str:
    """The drawing without frames that nothing is drawn in and without what says nothing; a link has its mark's description as title."""
    drawn = re.sub(r'<path class="(?:background|foreground)"[^>]*/>', "", drawn)
    drawn = re.sub(r'(<a [^>]*>)(<[^>]*? aria-label="([^"]*)"[^>]*>)', r"\1<title>\3</title>\2", drawn)
    return re.sub(r"<[a-z][^>]*>", _lean_tag, drawn)


def _lean_tag(tag: re.Match[str]) -> str:
    if tag[0].startswith("<a "):
        return _LINK.sub(r'href="\1"', tag[0])
    return re.sub(r"(\d\.\d\d)\d+", r"\1", _IDLE.sub("", tag[0]))
