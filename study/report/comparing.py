"""Two outlets on the events that both wrote about, and two periods, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from ..measure.figures import NET, frames, stances
from ..measure.units import Units
from ..measure.when import period
from .charts import Spot, dots, legend
from .events import Event, Events
from .links import Filter, reader_link
from .numbers import difference, number
from .records import Block, Cell, Chart, Comparison, Name, Number, Section, Table, Words
from .world import REST, World

#: Comparisons of outlets, and events that one names in its links and its table.
MOST_PAIRS, MOST_EVENTS = 6, 10
#: Articles that each side needs.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two.

    :param link: filters of its sentences.
    """

    words: Words
    units: Units
    link: dict[str, Filter | None]


def outlet_section(world: World, events: Events) -> Section:
    """Pairs of outlets that share the most events."""
    title = Words("Two outlets on the same events", "وسيلتان في الأحداث نفسها")
    lead = Words(
        "Only articles on events that both outlets wrote about, so that what differs is how they tell it and not what they "
        "chose to tell.",
        "المقالات التي تتناول أحداثًا كتبت عنها الوسيلتان فقط، ليكون الفرق في طريقة الرواية لا في اختيار ما يُروى.",
    )
    if len(world.outlets) < 2:
        absent = Words("It takes two outlets to compare.", "تحتاج المقارنة إلى وسيلتين.")
        return Section("outlets", title, lead, absent=absent)
    shared = {
        pair: [event for event in events.events if event.outlets.issuperset(pair)]
        for pair in combinations(world.outlets, 2)
    }
    pairs = sorted((pair for pair, common in shared.items() if common), key=lambda pair: -len(shared[pair]))
    found = [_outlets(world, pair, shared[pair], n) for n, pair in enumerate(pairs[:MOST_PAIRS])]
    if not found:
        absent = Words(
            "No event was found that two outlets wrote about within three days.",
            "لم يُعثر على حدث كتبت عنه وسيلتان خلال ثلاثة أيام.",
        )
        return Section("outlets", title, lead, absent=absent)
    return Section("outlets", title, lead, comparisons=tuple(found), notes=(_how(events, world), *_uncorrected(world)))


def period_section(world: World) -> Section:
    """The first half of the articles against the second, by date."""
    title = Words("Two periods", "مدتان")
    lead = Words(
        "Articles up to the middle one by date, against those after it.",
        "المقالات حتى وسطها بحسب التاريخ، مقابل ما بعده.",
    )
    numbers, values = world.units.dates
    days = np.array([period(day, "day") for day in values] or [None], dtype=object)
    first = np.unique(world.units.article, return_index=True)[1]
    of_article = days[numbers[first]] if len(numbers) else np.empty(0, dtype=object)
    known = sorted(day for day in of_article if day)
    cut = _cut(known)
    if cut is None:
        absent = Words(
            "It takes articles of two dates to compare periods.", "تحتاج مقارنة المدد إلى مقالات من تاريخين."
        )
        return Section("periods", title, lead, absent=absent)
    ids = world.units.article_ids
    sides = []
    for late in (False, True):
        chosen = [day for day in known if (day > cut) == late]
        articles = [ids[n] for n, day in enumerate(of_article) if day and (day > cut) == late]
        words = f"{chosen[0]} – {chosen[-1]}" if chosen[0] != chosen[-1] else chosen[0]
        sides.append(_Side(Words(words, words), world.part(articles), {"from_": chosen[0], "to": chosen[-1]}))
    blocks = _blocks(world, sides[0], sides[1], "periods")
    comparison = Comparison("periods-0", sides[0].words, sides[1].words, blocks, (_counts(sides[0], sides[1]),))
    return Section("periods", title, lead, comparisons=(comparison,), notes=_uncorrected(world))


def _cut(days: Sequence[str]) -> str | None:
    """The last day of the earlier half, None where all days are one."""
    if not days or days[0] == days[-1]:
        return None
    middle = days[(len(days) - 1) // 2]
    return middle if middle < days[-1] else max(day for day in days if day < middle)


def _outlets(world: World, pair: tuple[str, str], events: Sequence[Event], n: int) -> Comparison:
    ids = world.results.article_ids
    articles = {ids[number] for event in events for number in event.articles.tolist()}
    # many events would make a link too long; the largest stand for them
    named = tuple(event.id for event in events[:MOST_EVENTS])
    numbers, names = world.units.columns["outlet"]
    outlet_of = dict(zip(world.units.article_ids, _first(numbers, world.units), strict=True))
    left, right = (
        _Side(
            world.names.outlet(outlet),
            world.part([name for name in articles if names[outlet_of[name]] == outlet]),
            {"outlet": outlet, "event": named},
        )
        for outlet in pair
    )
    blocks = (*_blocks(world, left, right, f"outlets-{n}"), _event_table(world, pair, events, n))
    note = Words(
        f"Shared events: {len(events):,}. Links lead to the {MOST_EVENTS} largest.",
        f"الأحداث المشتركة: {len(events):,}. وتقود الروابط إلى أكبر {MOST_EVENTS} منها.",
    )
    short = Words(f"Shared events: {len(events):,}.", f"الأحداث المشتركة: {len(events):,}.")
    notes = (note if len(events) > MOST_EVENTS else short, _counts(left, right))
    return Comparison(f"outlets-{n}", left.words, right.words, blocks, notes)


def _first(numbers: np.ndarray, units: Units) -> list[int]:
    return numbers[np.unique(units.article, return_index=True)[1]].tolist()


def _counts(left: _Side, right: _Side) -> Words:
    many = [f"{len(np.unique(side.units.article)):,}" for side in (left, right)]
    return Words(f"Articles: {many[0]} and {many[1]}.", f"المقالات: {many[0]} و{many[1]}.")


def _uncorrected(world: World) -> tuple[Words, ...]:
    if world.gold is None:
        return ()
    return (Words("Comparisons are the model's counts, not corrected.", "المقارنات عدّ النموذج من غير تصحيح."),)


def _how(events: Events, world: World) -> Words:
    if events.given:
        return Words("The articles name their events themselves.", "تسمّي المقالات أحداثها بنفسها.")
    total = len(world.results.article_ids)
    return Words(
        f"Articles are taken to be on one event when their first words are alike and at most three days lie between them; "
        f"compared were {events.compared:,} of {total:,}. Some pairs will be wrong: the table of events shows them.",
        f"تُعدّ المقالات عن حدث واحد إذا تشابهت كلماتها الأولى ولم يفصل بينها أكثر من ثلاثة أيام؛ وقورن {events.compared:,} "
        f"من {total:,}. وسيخطئ بعض ذلك، وجدول الأحداث يبيّنه.",
    )


def _blocks(world: World, left: _Side, right: _Side, name: str) -> tuple[Block, ...]:
    stance = _stances(world, left, right, name)
    frame = _frames(world, left, right, name)
    return tuple(block for block in (stance, frame) if block is not None)


def _stances(world: World, left: _Side, right: _Side, name: str) -> Chart | None:
    sides = [
        {(f.group["actor"], f.label): number(f, **side.link) for f in stances(side.units, ("actor",)) if f.group["actor"] != REST}
        for side in (left, right)
    ]  # fmt: skip
    both = [actor for actor in world.actors if all((actor, NET) in side for side in sides)]
    if not both:
        return None
    rows: list[tuple[Cell, ...]] = []
    spots = []
    for actor in both:
        here, there = (side[actor, NET] for side in sides)
        words = world.names.actor(actor)
        spots += [Spot(words, "left", here), Spot(words, "right", there)]
        apart = (difference(sides[0][actor, each], sides[1][actor, each]) for each in ("favor", "against"))
        rows.append((Name(words, reader_link(actor=actor)), here, there, difference(here, there), *apart))
    title = Words("Net stance, favor less against", "صافي الموقف: المؤيد ناقص المعارض")
    differs = Words("difference", "الفرق")
    heads = (
        Words("Actor", "الفاعل"), left.words, right.words, differs,
        Words("difference in favor", "الفرق في المؤيد"), Words("difference in against", "الفرق في المعارض"),
    )  # fmt: skip
    label = Words("net stance by actor", "صافي الموقف بحسب الفاعل")
    panel = dots(
        Words(f"{left.words.en} | {right.words.en}", f"{left.words.ar} | {right.words.ar}"),
        spots, rows=[world.names.actor(actor) for actor in both], domain=(-1, 1), label=label, signed=True,
    )  # fmt: skip
    caption = Words(
        "Right of zero there is more favor, left of it more against; lines are 95% intervals. In the table, a difference "
        "is clear where its interval leaves zero out.",
        "يمين الصفر التأييد أكثر ويساره المعارضة أكثر؛ والخطوط فترات ثقة 95%. وفي الجدول يكون الفرق واضحًا إذا لم تشمل فترته الصفر.",
    )
    marks = legend(("left", left.words), ("right", right.words))
    return Chart(
        f"{name}-stance", title, caption, (panel,), marks, Table(f"{name}-stance-table", title, heads, tuple(rows))
    )


def _frames(world: World, left: _Side, right: _Side, name: str) -> Table | None:
    sides = [{f.label: number(f, **side.link) for f in frames(side.units, ())} for side in (left, right)]
    both = [frame for frame in world.frames if all(frame in side for side in sides)]
    rows: list[tuple[Cell, ...]] = []
    for frame in both:
        here, there = (side[frame] for side in sides)
        rows.append((Name(world.names.frame(frame), reader_link(frame=frame)), here, there, difference(here, there)))
    if not rows:
        return None
    heads = (Words("Frame", "الإطار"), left.words, right.words, Words("difference", "الفرق"))
    title = Words("Frames, share of sentences", "الأطر، نصيبها من الجمل")
    return Table(f"{name}-frames", title, heads, tuple(rows))


def _event_table(world: World, pair: tuple[str, str], events: Sequence[Event], n: int) -> Table:
    numbers, names = world.units.columns["outlet"]
    outlets = np.array(_first(numbers, world.units))
    rows: list[tuple[Cell, ...]] = []
    for event in events[:MOST_EVENTS]:
        title, day = event.title or event.id, event.first or ""
        counts = (
            Number(
                int((outlets[event.articles] == names.index(outlet)).sum()),
                unit="count",
                href=reader_link(outlet=outlet, event=event.id),
            )
            for outlet in pair
        )
        rows.append((Name(Words(title, title), reader_link(event=event.id)), Name(Words(day, day)), *counts))
    more = len(events) - len(rows)
    heads = (Words("Event", "الحدث"), Words("From", "من"), *(world.names.outlet(outlet) for outlet in pair))
    return Table(
        f"outlets-{n}-events",
        Words("Articles on shared events", "المقالات عن الأحداث المشتركة"),
        heads,
        tuple(rows),
        Words(f"and {more:,} more events", f"وأحداث أخرى عددها {more:,}") if more > 0 else None,
    )
