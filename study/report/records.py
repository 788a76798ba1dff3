"""What a report shows, before anybody has made a page of it.

A report is a sequence of sections, a section one of charts, tables and matrices. Whatever is said in words is said in
English and in Arabic; names of outlets and texts of articles are as they were read, and it is the page that escapes them.
Every number carries its link to the sentences behind it, see :mod:`.links`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

Language = Literal["en", "ar"]
LANGUAGES: tuple[Language, ...] = ("en", "ar")
#: How a number is to be written: ``.412``, ``+4.1`` points of a hundred, ``1,234``, or ``+0.83`` for logarithms and ratios.
Unit = Literal["share", "difference", "count", "log", "ratio"]
#: What gives a cell its colour, together with its value.
Tone = Literal["", "favor", "against", "neutral", "net", "frame"]


@dataclass(frozen=True, slots=True)
class Words:
    """The same in two languages; a name that is the same in both is data, shown with ``dir="auto"``."""

    en: str
    ar: str

    @property
    def same(self) -> bool:
        """Whether it is a name, in no language of the page."""
        return self.en == self.ar

    def of(self, language: Language) -> str:
        """In one of the languages."""
        return self.en if language == "en" else self.ar


@dataclass(frozen=True, slots=True)
class Number:
    """One figure.

    :param value: None where there was nothing to count.
    :param low: lower end of the 95% interval, None where there is none.
    :param href: to the sentences behind it, empty where it has none.
    :param count: labels counted, and ``rows`` out of which; None where the number is no share.
    :param articles: that the rows stand in.
    :param clear: whether a difference or logarithm has its whole interval on one side of nought.
    :param corrected: whether labels by people have corrected it.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    unit: Unit = "share"
    href: str = ""
    count: int | None = None
    rows: int | None = None
    articles: int | None = None
    tone: Tone = ""
    clear: bool = False
    corrected: bool = False
    kind: Literal["number"] = field(default="number", init=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A cell of words: the name of an outlet, an actor, a frame, a day.

    :param href: to its sentences, or empty.
    """

    words: Words
    href: str = ""
    kind: Literal["name"] = field(default="name", init=False)


Cell = Name | Number


@dataclass(frozen=True, slots=True)
class Table:
    """Figures as a table.

    :param heads: one for each column; the first column holds names, and a row's first cell is its head.
    :param rows: of cells, as many as there are heads.
    :param more: "and 12 more actors", None where none was left out; see also :attr:`Section.notes`.
    """

    id: str
    title: Words
    heads: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: Words | None = None
    kind: Literal["table"] = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of a chart; the others have the same scale.

    :param title: of the panel: an outlet, an actor, a frame.
    :param svg: by language. At most 360 pixels wide, drawn for reading at its own size: ``--wide`` on the element is its
        width in pixels, to be used as ``max-width``; panels stand beside each other where the screen is wider. Its marks
        are links that the keyboard reaches; the colours are variables of ``base.css``.
    """

    title: Words
    svg: Mapping[Language, Markup]


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of a chart's legend.

    :param symbol: that the page shows before the words: ``favor``, ``against``, ``left``, ``right`` or ``mark``, drawn by
        :func:`.charts.glyph`.
    """

    symbol: str
    words: Words


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the same numbers as a table, for those who cannot see it or want to copy them.

    :param caption: what is drawn, and how to read it.
    """

    id: str
    title: Words
    caption: Words
    panels: tuple[Panel, ...]
    legend: tuple[Mark, ...]
    table: Table
    kind: Literal["chart"] = field(default="chart", init=False)


@dataclass(frozen=True, slots=True)
class Square:
    """One cell of a matrix.

    :param value: where its colour stands between -1 and 1 on a scale with two ends (tone ``net``: against to favor), or
        from 0 to 1 on one with one end; None for an empty cell.
    :param numbers: what is written in it, each with its tone and link: favor and against, or a frame's share.
    """

    value: float | None
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows against columns: holders against targets, outlets against frames. The page draws it as a table of colours.

    :param corner: what the rows are and what the columns are, "holder → target".
    :param squares: [rows][columns].
    :param group: matrices of one group, an outlet each, are shown one at a time, to be chosen by title; empty where the
        matrix stands alone.
    """

    id: str
    title: Words
    caption: Words
    corner: Words
    rows: tuple[Name, ...]
    columns: tuple[Name, ...]
    squares: tuple[tuple[Square, ...], ...]
    tone: Tone
    group: str = ""
    kind: Literal["matrix"] = field(default="matrix", init=False)


Block = Chart | Table | Matrix


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two outlets on the events that both wrote about, or two periods: one of several to choose from.

    :param left: name of the one side.
    :param blocks: its chart of stances, table of frames, table of events.
    :param notes: how many events and articles it rests on.
    """

    id: str
    left: Words
    right: Words
    blocks: tuple[Block, ...]
    notes: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading.

    :param id: ``stance``, ``holders``, ``frames``, ``time``, ``outlets`` (two side by side) and ``periods``.
    :param lead: what it answers and how it is counted, in a sentence or two.
    :param absent: why there is nothing to show, or None; ``blocks`` and ``comparisons`` are empty then.
    :param notes: what was left out ("and 12 more outlets"), how it was computed.
    :param comparisons: shown one at a time, to be chosen.
    """

    id: str
    title: Words
    lead: Words
    blocks: tuple[Block, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    notes: tuple[Words, ...] = ()
    absent: Words | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """What was read.

    :param rows: actors in sentences: the rows of the stances table.
    :param outlets: known ones.
    :param actors: that a sentence names.
    :param first: earliest date, None where no article has one.
    :param dateless: articles without date, and ``nameless`` without outlet.
    :param by_outlet: a line for each outlet: articles, sentences, first and last date.
    """

    articles: int
    sentences: int
    rows: int
    outlets: int
    actors: int
    first: str | None
    last: str | None
    dateless: int
    nameless: int
    by_outlet: Table


#: Words behind decisions. By article, sentence and mark (``m 0`` the first mention, ``f legality`` a frame): start, end and
#: weight of words, the weight in thousandths, positions in UTF-16 units of the article's text.
Why = Mapping[str, Mapping[str, Mapping[str, Sequence[Sequence[int]]]]]


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence that takes a side, and so is worth explaining.

    :param sentence: its number in the article.
    :param length: in characters.
    :param score: thousandths of its surest stance that is not neutral.
    :param decisions: stances that are not neutral, and frames.
    """

    article: str
    sentence: int
    length: int
    score: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Reader:
    """The articles themselves, with their labels.

    :param packed: the JSON below, UTF-8, compressed by gzip, in base64: in a page,
        ``new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json()``.
    :param shown: articles in it, of ``articles`` in the folder.
    :param note: that it is a sample and how it was drawn; None where all are there.
    :param places: its sentences that take a side, in the order of the articles.

    The JSON is an object of lists::

        outlets   [name, …]                      as in Article.outlet; an article without one has index -1
        actors    [[id, English, Arabic], …]
        frames    [[id, English, Arabic], …]
        holders   [[id, English, Arabic], …]     "author" and "other" first, then actors
        stances   ["favor", "against", "neutral"]
        events    [[id, title], …]               articles of several outlets on the same matter
        articles  [[id, outlet, date, event, title, source, text, sentences], …]
                  date "2022-01-06" or null; event index or -1; title or null (it is also in the text)
        sentence  [start, end, role, mentions, frames]     role: 0 title, 1 body, 2 furniture
        mention   [actor, start, end, stance, holder, [favor, against, neutral], holder score, uncertain]
                  holder index or -1; scores in thousandths; holder score or null; uncertain 0 or 1
        frame     [frame, score, given, uncertain]         given 1, or 0 for one that came near

    Positions count UTF-16 units of the article's text, as JavaScript does, end exclusive.
    """

    packed: str
    shown: int
    articles: int
    note: Words | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report shows.

    :param overview: what was read.
    :param notes: what one should know before trusting the figures: a run that has not ended, articles without a date.
    :param method: ``counted`` where the figures are the model's counts, ``corrected`` by labels of people.
    :param labelled: rows labelled by people, 0 where there are none.
    :param about: of the run: model, its fingerprint, taxonomy, versions, time; words and a value each.
    """

    overview: Overview
    notes: tuple[Words, ...]
    sections: tuple[Section, ...]
    reader: Reader
    method: Literal["counted", "corrected"] = "counted"
    labelled: int = 0
    about: tuple[tuple[Words, str], ...] = ()


#: For the builder of JSON, which knows no more of its shape than the docstring of :class:`Reader`.
Json = dict[str, Any]
