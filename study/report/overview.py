"""What was read, and what one should know of it before trusting figures."""

from collections.abc import Iterator

import numpy as np

from ..measure.when import period
from ..results import Codes
from .links import reader_link
from .records import Cell, Name, Number, Overview, Table, Words
from .world import REST, World


def overview(world: World) -> Overview:
    """Counts of articles, sentences and rows, by outlet too."""
    units = world.units
    first = np.unique(units.article, return_index=True)[1]
    outlets, names = units.columns["outlet"]
    of_article = outlets[first]
    numbers, values = units.dates
    days = np.array([period(day, "day") or "" for day in values] or [""])
    dates = days[numbers[first]] if len(first) else np.empty(0, dtype=str)
    known = np.sort(dates[dates != ""])
    return Overview(
        articles=len(units.article_ids),
        sentences=len(units),
        rows=len(units.rows),
        outlets=len(world.outlets) + world.more_outlets,
        actors=len(world.actors) + world.more_actors,
        first=str(known[0]) if len(known) else None,
        last=str(known[-1]) if len(known) else None,
        dateless=int((dates == "").sum()),
        nameless=int((of_article == names.index(None)).sum()),
        by_outlet=_by_outlet(world, of_article, dates),
    )


def _by_outlet(world: World, of_article: Codes, dates: np.ndarray) -> Table:
    units = world.units
    of_sentence, names = units.columns["outlet"]
    rows: list[tuple[Cell, ...]] = []
    for n, name in enumerate(names):
        inside = of_article == n
        if not inside.any() or name == REST:
            continue
        link = reader_link(outlet=name)
        days = np.sort(dates[inside & (dates != "")])
        ends = (str(days[0]), str(days[-1])) if len(days) else ("–", "–")
        rows.append((
            Name(world.names.outlet(name), link),
            Number(int(inside.sum()), unit="count", href=link),
            Number(int((of_sentence == n).sum()), unit="count", href=link),
            Number(int((of_sentence[units.rows.sentence] == n).sum()), unit="count"),
            *(Name(Words(end, end)) for end in ends),
        ))  # fmt: skip
    more = world.more_outlets
    heads = (
        Words("Outlet", "الوسيلة"),
        Words("Articles", "المقالات"),
        Words("Sentences", "الجمل"),
        Words("Actors in them", "الفاعلون فيها"),
        Words("From", "من"),
        Words("To", "إلى"),
    )
    left_out = Words(f"and {more:,} more outlets", f"ووسائل أخرى عددها {more:,}") if more else None
    return Table("outlets", Words("What was read", "ما قُرئ"), heads, tuple(rows), left_out)


def notes(world: World, found: Overview) -> Iterator[Words]:
    """What the results say of themselves, in both languages."""
    run = world.results.run
    if not run:
        yield Words(
            "The run that writes this folder has not ended yet: figures are of what stands there so far.",
            "لم ينته بعد التشغيل الذي يكتب هذا المجلد: الأرقام مما كُتب فيه حتى الآن.",
        )
    elif not run.get("complete", True):
        yield Words(
            "The last run into this folder was interrupted: figures are of what was finished.",
            "قوطع آخر تشغيل في هذا المجلد: الأرقام مما أُنجز منه.",
        )
    if not found.outlets:
        yield Words("No article has an outlet: all are taken as one.", "لا وسيلة معروفة لأي مقالة، فتُعدّ كلها واحدة.")
    elif found.nameless:
        yield Words(
            f"Articles without outlet: {found.nameless:,} of {found.articles:,}. They count in all outlets together only.",
            f"مقالات بلا وسيلة: {found.nameless:,} من {found.articles:,}. ولا تُحسب إلا في مجموع الوسائل.",
        )
    if found.dateless:
        yield Words(
            f"Articles without date: {found.dateless:,} of {found.articles:,}. They are in nothing that is about time.",
            f"مقالات بلا تاريخ: {found.dateless:,} من {found.articles:,}. ولا تدخل في ما يخص الزمن.",
        )
    if found.articles == 1:
        yield Words(
            "A single article tells nothing of others: there are no intervals.",
            "مقالة واحدة لا تدل على غيرها: لا فترات ثقة.",
        )
