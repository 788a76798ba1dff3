"""A report made by hand: two outlets, four articles, and one article that is out to do harm."""

import base64
import gzip
import json
from dataclasses import replace

from markupsafe import Markup

from zawiya.study.report.links import reader_link
from zawiya.study.report.records import (
    Chart,
    Comparison,
    Mark,
    Matrix,
    Name,
    Number,
    Overview,
    Panel,
    Place,
    Reader,
    Report,
    Section,
    Square,
    Table,
    Words,
)

ACTORS = [
    ["usa", "United States", "الولايات المتحدة"],
    ["russia", "Russia", "روسيا"],
    ["un", "United Nations", "الأمم المتحدة"],
]
FRAMES = [["legality", "legality", "شرعية وقانون"], ["humanitarian", "humanitarian", "إنساني"]]
OUTLETS = ["النهار الجديد", "east-post"]
HOSTILE = (
    "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2> \u202eمقلوب\u202c "
    "\u2028سطر\u2029 خفي\u200bهنا & <b>"
)
FAVOR, AGAINST, NEUTRAL = 0, 1, 2
#: Holders: author and other come first.
AUTHOR, OTHER, USA, RUSSIA = 0, 1, 2, 3
NOBODY = -1


def sentence(text, *mentions, frames=(), role=1):
    """A sentence before it has a place: mentions are (actor, words, stance, holder, uncertain)."""
    return text, mentions, frames, role


def article(name, outlet, date, *sentences, source=None):
    """An article in the packed form of :class:`Reader`; sentences stand on lines of their own, two a paragraph."""
    text, packed = "", []
    for number, (words, mentions, frames, role) in enumerate(sentences):
        text += ("" if not text else "\n\n" if number % 2 else " ") + words
        start = len(text) - len(words)
        found = []
        for actor, named, stance, holder, uncertain in mentions:
            first = start + words.index(named)
            scores = [100, 100, 100]
            scores[stance] = 480 if uncertain else 800
            held = None if holder == NOBODY else 900
            found.append([actor, first, first + len(named), stance, holder, scores, held, int(uncertain)])
        packed.append([start, start + len(words), role, found, [[frame, 700, 1, 0] for frame in frames]])
    title = sentences[0][0] if sentences[0][3] == 0 else None
    return [name, outlet, date, -1, title, source or f"{name}.txt", text, packed]


def articles():
    usa, russia, un = 0, 1, 2
    return [
        article(
            "a1", 0, "2024-01-05",
            sentence("مجلس الأمن يناقش القرار", role=0),
            sentence("نددت موسكو بسياسة واشنطن في المنطقة.", (usa, "واشنطن", AGAINST, RUSSIA, False),
                     (russia, "موسكو", NEUTRAL, NOBODY, False), frames=(0,)),
            sentence("ورحبت الصحيفة بجهود الأمم المتحدة لإيصال 30 شاحنة عبر CNN Arabic.",
                     (un, "الأمم المتحدة", FAVOR, AUTHOR, False), frames=(0, 1)),
            sentence("اقرأ أيضا في موقعنا", role=2),
        ),
        article(
            "a2", 1, "2024-02-10",
            sentence("قراءة في الموقف الروسي", (russia, "الروسي", NEUTRAL, NOBODY, True), role=0),
            sentence("أخطأت روسيا حين تجاهلت النداء.", (russia, "روسيا", AGAINST, AUTHOR, True)),
        ),
        article("a3", -1, None, sentence("لا أحد هنا."), sentence("وصلت المساعدات أخيرا.", frames=(1,))),
        article(
            "evil", 1, "2024-03-01",
            sentence(HOSTILE + " يكره روسيا جدا.", (russia, "روسيا", AGAINST, OTHER, False)),
        ),
    ]  # fmt: skip


def packed(several=None, events=()) -> str:
    values = {
        "outlets": OUTLETS,
        "actors": ACTORS,
        "frames": FRAMES,
        "holders": [["author", "the author", "الكاتب"], ["other", "another", "غيره"], *ACTORS],
        "stances": ["favor", "against", "neutral"],
        "events": list(events),
        "articles": several if several is not None else articles(),
    }
    return base64.b64encode(gzip.compress(json.dumps(values).encode())).decode()


def same(text: str) -> Words:
    return Words(text, text)


def name(text: str, **filters) -> Name:
    return Name(same(text), reader_link(**filters) if filters else "")


def number(count: int, rows: int, **filters) -> Number:
    return Number(
        count / rows, 0.1, 0.9, href=reader_link(**filters), count=count, rows=rows, articles=2,
        tone=filters.get("stance", ""),
    )  # fmt: skip


LINK = reader_link(outlet="east-post", actor="russia", stance="against")


def drawing(language: str) -> Markup:
    bar = f'<a href="{LINK.replace("&", "&amp;")}" aria-label="Russia against"><rect x="4" y="4" width="80" height="20" fill="var(--against)"/></a>'
    said = "Russia" if language == "en" else "روسيا"
    return Markup(
        f'<svg role="group" aria-label="chart" viewBox="0 0 360 40" style="--wide: 360px">{bar}'
        f'<text x="100" y="20" fill="var(--ink)">{said}</text></svg>'
    )


def table(id: str = "stance") -> Table:
    rows = (
        (name("east-post", outlet="east-post"), number(2, 3, outlet="east-post", actor="russia", stance="against")),
        (
            name("النهار الجديد", outlet="النهار الجديد"),
            number(1, 1, outlet="النهار الجديد", actor="usa", stance="against"),
        ),
    )
    return Table(
        id,
        Words("Stances by outlet", "المواقف حسب الوسيلة"),
        (Words("outlet", "الوسيلة"), Words("against", "معارض")),
        rows,
    )


def chart() -> Chart:
    panel = Panel(Words("Russia", "روسيا"), {language: drawing(language) for language in ("en", "ar")})
    return Chart(
        "stance-chart", Words("Stance toward each actor", "الموقف من كل فاعل"), Words("A bar each.", "شريط لكل منها."),
        (panel,), (Mark("against", Words("against", "معارض")),), table(),
    )  # fmt: skip


def matrix(id: str, title: Words, group: str = "") -> Matrix:
    rows = (name("Russia", holder="russia"), name("author", holder="author"))
    columns = (name("United States", actor="usa"), name("Russia", actor="russia"))
    full = Square(-0.8, (Number(1, unit="count", href=reader_link(holder="russia", actor="usa"), tone="against"),))
    squares = ((full, Square(None)), (Square(None), Square(0.2, (Number(1, unit="count", tone="favor"),))))
    return Matrix(id, title, Words("Who holds what.", "من يحمل ماذا."), Words("holder → target", "صاحب ← هدف"),
                  rows, columns, squares, "net", group)  # fmt: skip


def report(**changes) -> Report:
    overview = Overview(
        articles=4, sentences=8, rows=6, outlets=2, actors=3, first="2024-01-05", last="2024-03-01", dateless=1,
        nameless=1, by_outlet=replace(table("outlets"), title=Words("Outlets", "الوسائل")),
    )  # fmt: skip
    sections = (
        Section("stance", Words("Stance", "الموقف"), Words("Who is spoken of how.", "كيف يُذكر كل فاعل."), (chart(),)),
        Section(
            "holders", Words("Who holds what", "من يحمل ماذا"), Words("Holders.", "أصحاب المواقف."),
            (matrix("all", Words("All outlets", "كل الوسائل"), "m"), matrix("one", same("east-post"), "m")),
        ),
        Section("time", Words("Over time", "عبر الزمن"), Words("By month.", "حسب الشهر."),
                absent=Words("Too few dates.", "التواريخ قليلة.")),
        Section(
            "outlets", Words("Side by side", "جنبًا إلى جنب"), Words("Two outlets.", "وسيلتان."),
            comparisons=(
                Comparison("c1", same("east-post"), same("النهار الجديد"), (table("c1"),), (Words("One event.", "حدث واحد."),)),
                Comparison("c2", same("x"), same("y"), (table("c2"),)),
            ),
        ),
    )  # fmt: skip
    values = {
        "overview": overview,
        "notes": (Words("1 of 4 articles have no date.", "1 من 4 مقالات بلا تاريخ."),),
        "sections": sections,
        "reader": Reader(packed(), shown=4, articles=4, places=(Place("a2", 1, 33, 480, 1),)),
        "about": ((Words("model", "النموذج"), "zawiya-default"),),
    }
    return Report(**{**values, **changes})
