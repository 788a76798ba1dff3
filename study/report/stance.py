"""How outlets speak of actors: shares of favor and against, altogether and by voice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, cast

from zawiya.records import STANCES

from ..measure.figures import NET, stances
from ..measure.records import Figure
from ..results import OWN, QUOTED
from .charts import Spot, bars, legend
from .links import reader_link
from .names import ALL
from .numbers import number
from .records import Cell, Chart, Name, Number, Panel, Section, Table, Words
from .world import REST, World

Key = tuple[str | None, str, str]
_FAVOR, _AGAINST = Words("favor", "مؤيِّد"), Words("against", "معارِض")
#: In the place of an outlet: all of them. No outlet has an empty name here.
EVERY = ""


def stance_section(world: World) -> Section:
    """Stance toward each actor, by outlet and by voice."""
    title = Words("Stance toward actors", "الموقف من الفاعلين")
    lead = Words(
        "Of the sentences that name an actor, how many are for it and how many against it; the rest take no side.",
        "من الجمل التي تذكر فاعلًا: كم منها يؤيده وكم منها يعارضه، والباقي لا ينحاز.",
    )
    if not world.actors:
        absent = Words("No sentence names an actor of the list.", "لا جملة تذكر فاعلًا من القائمة.")
        return Section("stance", title, lead, absent=absent)
    plain, voiced = (figures_by_place(world, voice=voice) for voice in (False, True))
    return Section("stance", title, lead, (_by_outlet(world, plain), _by_voice(world, voiced)), notes=world.left_out())


def figures_by_place(world: World, *, voice: bool) -> dict[Key, Figure]:
    """Figures of the shown actors, by outlet (:data:`EVERY` for all of them), actor and label."""
    found: dict[Key, Figure] = {}
    for by in (("actor",), ("outlet", "actor")):
        for figure in stances(world.units, by, voice=voice, gold=world.gold):
            actor, outlet = figure.group["actor"], figure.group.get("outlet", EVERY)
            if actor is not None and actor != REST and outlet != REST:
                found[outlet, actor, figure.label] = figure
    return found


def places(world: World) -> Iterator[tuple[str, Words]]:
    """Panels of a chart: all outlets, and each where there are several."""
    yield EVERY, ALL
    if len(world.outlets) > 1:
        yield from ((outlet, world.names.outlet(outlet)) for outlet in world.outlets)


def _by_outlet(world: World, found: Mapping[Key, Figure]) -> Chart:
    heads = tuple(world.names.stance(label) for label in (*STANCES, NET))
    return Chart(
        "stance-by-outlet",
        Words("Stance by outlet", "الموقف بحسب الوسيلة"),
        Words(
            "Share of an actor's rows that are against it (to the left) and in favor (to the right); thin lines are 95% "
            "intervals. Faint bars rest on a single article. The actors come in the order of how often they are named.",
            "نصيب ما يعارض الفاعل (إلى اليسار) وما يؤيده (إلى اليمين) من صفوفه؛ والخطوط الرفيعة فترات ثقة 95%، والأعمدة الشاحبة من مقالة واحدة. "
            "والفاعلون مرتبون بحسب كثرة ذكرهم.",
        ),
        _panels(world, found, ("",)),
        legend(("against", _AGAINST), ("favor", _FAVOR)),
        _table(world, found, (*STANCES, NET), heads, "stance-by-outlet-table"),
    )


def _by_voice(world: World, found: Mapping[Key, Figure]) -> Chart:
    voices = {OWN: Words("own words", "كلام الوسيلة"), QUOTED: Words("quoted", "منقول")}
    labels = [f"{stance} {voice}" for stance in ("favor", "against") for voice in (OWN, QUOTED)]
    heads = tuple(
        Words(f"{stance.en}, {voice.en}", f"{stance.ar}، {voice.ar}")
        for stance in (_FAVOR, _AGAINST)
        for voice in voices.values()
    )
    return Chart(
        "stance-by-voice",
        Words("In whose voice", "بصوت من"),
        Words(
            "Full bars are stances that the outlet takes in its own words; pale ones below are those of people and parties "
            "that it quotes or reports on.",
            "الأعمدة المملوءة مواقف تتخذها الوسيلة بكلامها، والباهتة تحتها مواقف أشخاص وجهات تنقل عنهم.",
        ),
        _panels(world, found, (OWN, QUOTED)),
        legend(("against", _AGAINST), ("favor", _FAVOR)),
        _table(world, found, labels, heads, "stance-by-voice-table"),
    )


def _panels(world: World, found: Mapping[Key, Figure], voices: Sequence[str]) -> tuple[Panel, ...]:
    rows = [world.names.actor(actor) for actor in world.actors]
    shown = {
        place: [
            Spot(world.names.actor(actor), side, number(found[place, actor, name]), hollow=voice == QUOTED)
            for actor in world.actors
            for side in cast("tuple[Literal['favor', 'against'], ...]", ("against", "favor"))
            for voice in voices
            if (place, actor, name := f"{side} {voice}".strip()) in found
        ]
        for place, _ in places(world)
    }
    most = scale([spot.number for spots in shown.values() for spot in spots])
    label = Words("against and favor by actor", "المعارض والمؤيد بحسب الفاعل")
    return tuple(
        bars(title, shown[place], rows=rows, most=most, label=label) for place, title in places(world) if shown[place]
    )


def scale(numbers: Sequence[Number]) -> float:
    """The end of a scale of shares that has room for all values, and for their intervals as far as they are not huge."""
    values = [each.value for each in numbers if each.value is not None]
    ends = [each.high for each in numbers if each.high is not None]
    highest = max([*values, *ends], default=1.0)
    return max(0.05, min(1.0, highest))


def _table(
    world: World, found: Mapping[Key, Figure], labels: Sequence[str], heads: Sequence[Words], name: str
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for place, title in places(world):
        for actor in world.actors:
            if (place, actor, labels[0]) not in found:
                continue
            first = found[place, actor, labels[0]]
            cells = (number(found[place, actor, label]) for label in labels)
            named = {"actor": actor, **({} if place == EVERY else {"outlet": place})}
            counted = Number(first.rows, unit="count", href=reader_link(**named), articles=first.articles)
            rows.append((Name(title), Name(world.names.actor(actor), reader_link(**named)), counted, *cells))
    head = (Words("Outlet", "الوسيلة"), Words("Actor", "الفاعل"), Words("Rows", "الصفوف"), *heads)
    return Table(name, Words("Stance toward actors", "الموقف من الفاعلين"), head, tuple(rows))
