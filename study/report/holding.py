"""Who holds what toward whom: holders against targets, altogether and by outlet."""

from collections.abc import Mapping

from ..measure.figures import holders
from ..measure.records import Figure
from .links import reader_link
from .numbers import number
from .records import Block, Cell, Matrix, Name, Number, Section, Square, Table, Words
from .stance import EVERY, places
from .world import REST, World

#: Holders that have a row of their own, and pairs that the table has.
MOST_HOLDERS, MOST_PAIRS = 12, 40
Found = dict[tuple[str, str], dict[str, Figure]]


def holder_section(world: World) -> Section:
    """The matrices, and the most frequent pairs with their intervals."""
    title = Words("Who holds what toward whom", "من يتخذ ماذا تجاه من")
    lead = Words(
        "A stance is held by the outlet itself, by an actor whom it quotes or reports on, or by someone else.",
        "صاحب الموقف هو الوسيلة نفسها، أو فاعل تنقل عنه، أو جهة أخرى.",
    )
    found = _found(world)
    kept, more = _most_frequent(found.get(EVERY, {}))
    if not kept:
        absent = Words("No sentence takes a side.", "لا جملة تنحاز إلى موقف.")
        return Section("holders", title, lead, absent=absent)
    matrices = tuple(
        _matrix(world, place, words, found.get(place, {}), kept, n) for n, (place, words) in enumerate(places(world))
    )
    note = Words(
        f"Holders with a row of their own: {len(kept)}; without: {more}.",
        f"أصحاب المواقف الذين لهم صف خاص: {len(kept)}، ومن ليس لهم: {more}.",
    )
    blocks: tuple[Block, ...] = (*matrices, _table(world, found[EVERY]))
    return Section("holders", title, lead, blocks, notes=(*world.left_out(), *([note] if more else [])))


def _found(world: World) -> dict[str | None, Found]:
    """Figures by outlet, holder and target, and stance."""
    found: dict[str | None, Found] = {}
    for by in (("actor",), ("outlet", "actor")):
        if "outlet" in by and len(world.outlets) < 2:
            continue
        for figure in holders(world.units, by, gold=world.gold):
            target, outlet = figure.group["actor"], figure.group.get("outlet", EVERY)
            if target is None or target == REST or outlet == REST:
                continue
            holder, _, stance = figure.label.rpartition(" ")
            found.setdefault(outlet, {}).setdefault((holder, target), {})[stance] = figure
    return found


def _most_frequent(found: Found) -> tuple[list[str], int]:
    """The holders with the most stances, and how many there are besides."""
    counts: dict[str, int] = {}
    for (holder, _), each in found.items():
        counts[holder] = counts.get(holder, 0) + sum(figure.count for figure in each.values())
    ranked = sorted(counts, key=lambda holder: (-counts[holder], holder))
    return ranked[:MOST_HOLDERS], max(0, len(ranked) - MOST_HOLDERS)


def _matrix(world: World, place: str, words: Words, found: Found, kept: list[str], n: int) -> Matrix:
    within = {} if place == EVERY else {"outlet": place}
    most = max((abs(_balance(each)) for each in found.values()), default=0) or 1.0

    def square(holder: str, target: str) -> Square:
        each = found.get((holder, target))
        if not each:
            return Square(None)
        numbers = (number(each[stance]) for stance in ("favor", "against") if stance in each)
        return Square(_balance(each) / most, tuple(numbers))

    return Matrix(
        f"holders-{n}",
        words,
        Words(
            "Share of the target's rows in which the holder of the row is for it or against it.",
            "نصيب صفوف المستهدَف التي يؤيده فيها صاحب الصف أو يعارضه.",
        ),
        Words("holder ↓ target →", "صاحب الموقف ↓ المستهدَف ←"),
        tuple(Name(world.names.holder(holder), reader_link(holder=holder, **within)) for holder in kept),
        tuple(Name(world.names.actor(actor), reader_link(actor=actor, **within)) for actor in world.actors),
        tuple(tuple(square(holder, target) for target in world.actors) for holder in kept),
        "net",
        group="holders",
    )


def _balance(each: Mapping[str, Figure]) -> float:
    """Favor less against."""
    return sum(
        figure.share * (1 if stance == "favor" else -1) for stance, figure in each.items() if stance != "neutral"
    )


def _table(world: World, found: Found) -> Table:
    ranked = sorted(found.items(), key=lambda item: (-sum(figure.count for figure in item[1].values()), item[0]))
    rows: list[tuple[Cell, ...]] = []
    for (holder, target), each in ranked[:MOST_PAIRS]:
        figures = (number(each[stance]) if stance in each else Number(0.0) for stance in ("favor", "against"))
        link = reader_link(holder=holder, actor=target)
        rows.append((
            Name(world.names.holder(holder), reader_link(holder=holder)),
            Name(world.names.actor(target), reader_link(actor=target)),
            Number(sum(figure.count for figure in each.values()), unit="count", href=link),
            *figures,
        ))  # fmt: skip
    more = len(ranked) - len(rows)
    heads = (
        Words("Holder", "صاحب الموقف"),
        Words("Target", "المستهدَف"),
        Words("Stances", "المواقف"),
        Words("favor", "مؤيِّد"),
        Words("against", "معارِض"),
    )
    return Table(
        "holder-pairs",
        Words("The most frequent pairs", "الأزواج الأكثر ورودًا"),
        heads,
        tuple(rows),
        Words(f"and {more:,} more pairs", f"وأزواج أخرى عددها {more:,}") if more > 0 else None,
    )
