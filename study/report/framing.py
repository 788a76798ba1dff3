"""Under which frames outlets tell things: shares, what each does more than the others, frames together, frames by actor."""

import numpy as np

from ..measure.figures import frames
from ..measure.records import Figure
from .charts import Spot, dots
from .lexical import Odds, Z, frame_pairs, log_odds
from .links import reader_link
from .numbers import clear, number
from .records import Block, Cell, Chart, Matrix, Name, Number, Section, Square, Table, Words
from .stance import EVERY, places, scale
from .world import REST, World

#: Pairs of frames that are shown, and sentences that each must have.
MOST_PAIRS, FEWEST_TOGETHER = 20, 3
_FRAME = Words("Frame", "الإطار")


def frame_section(world: World) -> Section:
    """Frames by outlet, over and under use, pairs, and frames by actor."""
    title = Words("Frames", "الأطر")
    lead = Words(
        "A frame is the angle under which a sentence asks the reader to see the matter; a sentence has none, one or several.",
        "الإطار زاوية تطلب الجملة من القارئ أن يرى الأمر منها؛ وقد لا يكون للجملة إطار، أو يكون لها واحد أو أكثر.",
    )
    if not world.frames:
        return Section("frames", title, lead, absent=Words("No sentence was given a frame.", "لم تُعطَ أي جملة إطارًا."))
    blocks: list[Block] = [_by_outlet(world)]
    if len(world.outlets) > 1:
        blocks.append(_over_and_under(world))
    pairs = _pairs(world)
    if pairs.rows:
        blocks.append(pairs)
    if world.actors:
        blocks.append(_by_actor(world))
    return Section("frames", title, lead, tuple(blocks), notes=world.left_out())


def _by_outlet(world: World) -> Chart:
    found: dict[tuple[str | None, str], Figure] = {}
    for by in ((), ("outlet",)):
        for figure in frames(world.units, by, gold=world.gold):
            outlet = figure.group.get("outlet", EVERY)
            if outlet != REST:
                found[outlet, figure.label] = figure
    rows = [world.names.frame(frame) for frame in world.frames]
    shown = {
        place: [
            Spot(world.names.frame(frame), "mark", number(found[place, frame]))
            for frame in world.frames
            if (place, frame) in found
        ]
        for place, _ in places(world)
    }
    most = scale([spot.number for spots in shown.values() for spot in spots])
    label = Words("share of sentences by frame", "نصيب الجمل بحسب الإطار")
    heads = (_FRAME, *(title for _, title in places(world)))
    table_rows: list[tuple[Cell, ...]] = [
        (
            Name(world.names.frame(frame), reader_link(frame=frame)),
            *(number(found[place, frame]) if (place, frame) in found else Number(None) for place, _ in places(world)),
        )
        for frame in world.frames
    ]
    title = Words("Frames by outlet", "الأطر بحسب الوسيلة")
    return Chart(
        "frames-by-outlet",
        title,
        Words(
            "Share of sentences that put the frame forward, with 95% intervals; the most frequent frame comes first.",
            "نصيب الجمل التي تقدّم الإطار، مع فترات ثقة 95%؛ والإطار الأكثر ورودًا أولًا.",
        ),
        tuple(
            dots(panel, shown[place], rows=rows, domain=(0, most), label=label)
            for place, panel in places(world)
            if shown[place]
        ),
        (),
        Table("frames-by-outlet-table", title, heads, tuple(table_rows)),
    )


def _over_and_under(world: World) -> Chart:
    units = world.units
    group, names = units.columns["outlet"]
    order = [units.frames.index(frame) for frame in world.frames]
    odds = log_odds(units.given[:, order], group, units.article, len(names))
    places_of = {outlet: names.index(outlet) for outlet in world.outlets}
    rows = [world.names.frame(frame) for frame in world.frames]
    shown = {
        outlet: [
            Spot(world.names.frame(frame), "mark", _odds_number(odds, place, n, outlet, frame))
            for n, frame in enumerate(world.frames)
            if np.isfinite(odds.value[place, n])
        ]
        for outlet, place in places_of.items()
    }
    ends = [
        abs(end) for spots in shown.values() for s in spots for end in (s.number.low, s.number.high) if end is not None
    ]
    far = max(ends, default=1.0)
    label = Words("log-odds against all other outlets by frame", "لوغاريتم الأرجحية مقابل سائر الوسائل بحسب الإطار")
    title = Words("Frames that an outlet uses more or less than the others", "أطر تكثر منها وسيلة أو تقلّ عن غيرها")
    table_rows: list[tuple[Cell, ...]] = [
        (
            Name(world.names.frame(frame), reader_link(frame=frame)),
            *(_odds_number(odds, places_of[outlet], n, outlet, frame) for outlet in world.outlets),
        )
        for n, frame in enumerate(world.frames)
    ]
    return Chart(
        "frames-over-under",
        title,
        Words(
            "Log-odds of the frame in the outlet less those in all others, with a prior in the proportions of the whole "
            "(Monroe, Colaresi and Quinn 2008): right of zero is more, left is less; pale where the 95% interval holds "
            "zero. One is 2.7 times the odds.",
            "لوغاريتم أرجحية الإطار في الوسيلة ناقص لوغاريتمها في سائر الوسائل، مع توزيع سابق على نسب المجموع "
            "(Monroe, Colaresi and Quinn 2008): يمين الصفر أكثر ويساره أقل؛ والباهت ما تشمل فترة ثقته 95% الصفر. "
            "والواحد يعني 2.7 ضعف الأرجحية.",
        ),
        tuple(
            dots(world.names.outlet(outlet), spots, rows=rows, domain=(-far, far), label=label, signed=True)
            for outlet, spots in shown.items()
            if spots
        ),
        (),
        Table(
            "frames-over-under-table",
            title,
            (_FRAME, *(world.names.outlet(outlet) for outlet in world.outlets)),
            tuple(table_rows),
        ),
    )


def _odds_number(odds: Odds, place: int, n: int, outlet: str, frame: str) -> Number:
    value, error = float(odds.value[place, n]), float(odds.error[place, n])
    if not np.isfinite(value):
        return Number(None, unit="log")
    low, high = (value - Z * error, value + Z * error) if np.isfinite(error) else (None, None)
    href = reader_link(outlet=outlet, frame=frame)
    return Number(value, low, high, unit="log", href=href, tone="frame", clear=clear(low, high))


def _pairs(world: World) -> Table:
    units = world.units
    found = frame_pairs(units.given, units.article, fewest=FEWEST_TOGETHER)
    rows: list[tuple[Cell, ...]] = []
    for pair in found[:MOST_PAIRS]:
        first, second = units.frames[pair.first], units.frames[pair.second]
        href = reader_link(frame=(first, second))
        rows.append((
            Name(world.names.frame(first), reader_link(frame=first)),
            Name(world.names.frame(second), reader_link(frame=second)),
            Number(pair.count, unit="count", href=href),
            Number(pair.lift, pair.low, pair.high, unit="log", href=href, clear=clear(pair.low, pair.high)),
        ))  # fmt: skip
    more = len(found) - len(rows)
    return Table(
        "frame-pairs",
        Words("Frames in one sentence", "أطر تجتمع في جملة"),
        (
            _FRAME,
            Words("with", "مع"),
            Words("Sentences", "الجمل"),
            Words("Times as often as by chance, log₂", "عدد المرات نسبة إلى المصادفة، log₂"),
        ),
        tuple(rows),
        Words(f"and {more:,} more pairs", f"وأزواج أخرى عددها {more:,}") if more > 0 else None,
    )


def _by_actor(world: World) -> Matrix:
    found = {
        (figure.group["actor"], figure.label): figure
        for figure in frames(world.units, ("actor",), gold=world.gold)
        if figure.group["actor"] != REST
    }
    most = max((figure.share for figure in found.values()), default=0) or 1.0

    def square(actor: str, frame: str) -> Square:
        figure = found.get((actor, frame))
        if figure is None or not figure.count:
            return Square(None)
        return Square(figure.share / most, (number(figure),))

    return Matrix(
        "frames-by-actor",
        Words("Frames by actor", "الأطر بحسب الفاعل"),
        Words(
            "Share of the sentences naming the actor that put the frame forward; deeper is more.",
            "نصيب ما يقدّم الإطار من الجمل التي تذكر الفاعل؛ والأعمق لونًا أكثر.",
        ),
        Words("frame ↓ actor →", "الإطار ↓ الفاعل ←"),
        tuple(Name(world.names.frame(frame), reader_link(frame=frame)) for frame in world.frames),
        tuple(Name(world.names.actor(actor), reader_link(actor=actor)) for actor in world.actors),
        tuple(tuple(square(actor, frame) for actor in world.actors) for frame in world.frames),
        "frame",
    )
