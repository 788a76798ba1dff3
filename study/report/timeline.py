"""Stances and frames over time, by day, week, month or year as the span of the dates asks for."""

from ..measure.figures import frames, stances
from ..measure.records import Figure
from ..measure.when import Unit, unit_for
from .charts import Spot, legend, lines
from .numbers import beginning, number
from .records import Cell, Chart, Name, Number, Section, Table, Words
from .stance import scale
from .world import World

#: Actors and frames that have a panel.
MOST_PANELS = 6
UNITS: dict[Unit, Words] = {
    "day": Words("day", "اليوم"),
    "week": Words("week", "الأسبوع"),
    "month": Words("month", "الشهر"),
    "year": Words("year", "السنة"),
}
_PERIOD = Words("Period", "المدة")


def time_section(world: World) -> Section:
    """A panel for each of the most frequent actors and frames."""
    title = Words("Over time", "عبر الزمن")
    unit = unit_for(world.units.dates[1])
    if unit is None:
        absent = Words(
            "No article has a date, so nothing can be said of time.", "لا تاريخ لأي مقالة، فلا شيء يُقال عن الزمن."
        )
        return Section("time", title, Words("", ""), absent=absent)
    periods = sorted(period for period in world.units.periods(unit)[1] if period)
    if len(periods) < 2:
        absent = Words(f"All dates are one: {periods[0]}.", f"التواريخ كلها واحدة: {periods[0]}.")
        return Section("time", title, Words("", ""), absent=absent)
    lead = Words(
        f"By {UNITS[unit].en}; upright lines are 95% intervals, and are missing where a period has a single article. "
        "Articles without a date are left out.",
        f"بحسب {UNITS[unit].ar}؛ والخطوط القائمة فترات ثقة 95%، ولا تُرسم لمدة فيها مقالة واحدة. ولا تدخل المقالات التي بلا تاريخ.",
    )
    charts = [_stances(world, unit, periods)] if world.actors else []
    charts += [_frames(world, unit, periods)] if world.frames else []
    if not charts:
        absent = Words("There are neither actors nor frames to show.", "لا فاعلين ولا أطر تُعرض.")
        return Section("time", title, lead, absent=absent)
    note = Words(
        f"Panels are for the {MOST_PANELS} most frequent.", f"الرسوم للأكثر ورودًا، وعددها {MOST_PANELS}."
    )  # fmt: skip
    several = len(world.actors) > MOST_PANELS or len(world.frames) > MOST_PANELS
    return Section("time", title, lead, tuple(charts), notes=(note,) if several else ())


def _stances(world: World, unit: Unit, periods: list[str]) -> Chart:
    kept = world.actors[:MOST_PANELS]
    found = {
        (figure.group["actor"], figure.group[unit], figure.label): figure
        for figure in stances(world.units, ("actor",), unit, gold=world.gold)
    }
    spots = {
        actor: [
            Spot(world.names.actor(actor), side, number(found[actor, period, side]), beginning(period, unit), period)
            for side in ("favor", "against")
            for period in periods
            if (actor, period, side) in found
        ]
        for actor in kept
    }
    rows: list[tuple[Cell, ...]] = [
        (
            Name(world.names.actor(actor)),
            Name(Words(period, period)),
            _rows(found[actor, period, "favor"]),
            *(number(found[actor, period, label]) for label in ("favor", "against", "net")),
        )
        for actor in kept
        for period in periods
        if (actor, period, "favor") in found
    ]
    title = Words("Stance over time", "الموقف عبر الزمن")
    heads = (
        Words("Actor", "الفاعل"),
        _PERIOD,
        Words("Rows", "الصفوف"),
        *(world.names.stance(each) for each in ("favor", "against", "net")),
    )
    span = (beginning(periods[0], unit), beginning(periods[-1], unit))
    most = scale([spot.number for each in spots.values() for spot in each])
    label = Words("favor and against over time", "المؤيد والمعارض عبر الزمن")
    return Chart(
        "stance-over-time",
        title,
        Words(
            "Share of an actor's rows in favor and against, period by period.",
            "نصيب المؤيد والمعارض من صفوف الفاعل، مدة بعد مدة.",
        ),
        tuple(
            lines(world.names.actor(actor), each, span=span, most=most, label=label)
            for actor, each in spots.items()
            if each
        ),
        legend(("favor", heads[3]), ("against", heads[4])),
        Table("stance-over-time-table", title, heads, tuple(rows)),
    )


def _frames(world: World, unit: Unit, periods: list[str]) -> Chart:
    kept = world.frames[:MOST_PANELS]
    found = {
        (figure.label, figure.group[unit]): figure for figure in frames(world.units, (), unit, gold=world.gold)
    }  # fmt: skip
    spots = {
        frame: [
            Spot(world.names.frame(frame), "mark", number(found[frame, period]), beginning(period, unit), period)
            for period in periods
            if (frame, period) in found
        ]
        for frame in kept
    }
    rows: list[tuple[Cell, ...]] = [
        (
            Name(Words(period, period)),
            *(number(found[frame, period]) if (frame, period) in found else Number(None) for frame in kept),
        )
        for period in periods
    ]
    title = Words("Frames over time", "الأطر عبر الزمن")
    span = (beginning(periods[0], unit), beginning(periods[-1], unit))
    most = scale([spot.number for each in spots.values() for spot in each])
    label = Words("share of sentences over time", "نصيب الجمل عبر الزمن")
    return Chart(
        "frames-over-time",
        title,
        Words("Share of sentences that put the frame forward.", "نصيب الجمل التي تقدّم الإطار."),
        tuple(
            lines(world.names.frame(frame), each, span=span, most=most, label=label) for frame, each in spots.items()
        ),
        (),
        Table("frames-over-time-table", title, (_PERIOD, *map(world.names.frame, kept)), tuple(rows)),
    )


def _rows(figure: Figure) -> Number:
    found = number(figure)
    return Number(figure.rows, unit="count", href=found.href.replace("&stance=favor", ""), articles=figure.articles)
