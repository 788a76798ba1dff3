"""Small articles that annotators work on: emoji, bidi marks, line ends and quotes between the names."""

from dataclasses import replace

from zawiya.records import Article, Mention, Sentence
from zawiya.study.annotate.labels import Labels, labels_of
from zawiya.taxonomy import Actor, ActorList, Frame, FrameList, Taxonomy

TAXONOMY = Taxonomy(
    ActorList(
        1,
        (
            Actor("russia", "state", "روسيا", "Russia", ("موسكو",)),
            Actor("usa", "state", "الولايات المتحدة", "United States", ("واشنطن",)),
            Actor("turkey", "state", "تركيا", "Turkey", ("أنقرة",)),
            Actor("iran", "state", "إيران", "Iran", ("طهران",)),
        ),
    ),
    FrameList(
        1,
        (
            Frame("interference", "تدخل خارجي", "foreign interference", "an outside actor meddles"),
            Frame("destabilisation", "زعزعة الاستقرار", "destabilisation", "someone seeks chaos"),
            Frame("diplomacy", "دبلوماسية", "diplomacy", "talks, mediation, visits"),
        ),
    ),
)
LABELS: Labels = labels_of(TAXONOMY, ())
NAMES = {"russia": "موسكو", "usa": "واشنطن", "turkey": "أنقرة", "iran": "طهران"}


def sentence(text: str, *, frames: tuple[str, ...] = (), scores: bool = False, **labels: str) -> Sentence:
    """A sentence with a row for each actor, ``neutral`` or ``STANCE HOLDER``, at its name."""
    mentions = []
    for actor, label in labels.items():
        stance, _, holder = label.partition(" ")
        start = text.index(NAMES[actor])
        given = {"favor": 0.1, "against": 0.1, "neutral": 0.1} | {stance: 0.8} if scores else {}
        mentions.append(
            Mention(actor, start, start + len(NAMES[actor]), NAMES[actor], stance, holder or None, given)  # type: ignore[arg-type]
        )
    mentions.sort(key=lambda mention: mention.start)
    return Sentence(0, len(text), text, mentions=tuple(mentions), frames=frames)


def article(name: str, *sentences: Sentence, title: bool = False) -> Article:
    """An article of sentences, a line each."""
    placed, end = [], 0
    for number, one in enumerate(sentences):
        mentions = tuple(replace(m, start=m.start + end, end=m.end + end) for m in one.mentions)
        role = "title" if title and not number else one.role
        placed.append(replace(one, start=end, end=end + len(one.text), mentions=mentions, role=role))
        end += len(one.text) + 1
    text = "\n".join(one.text for one in sentences)
    headline = sentences[0].text if title else None
    return Article(name, text, headline, "2022-03-01", "rima", sentences=tuple(placed))


def articles() -> tuple[Article, ...]:
    """Two articles of five sentences that can be labelled, and one line of furniture."""
    hostile = sentence(
        "😀 أعلنت موسكو 🎉 أن واشنطن\nتسعى إلى  الفوضى.  \u200fقالت أنقرة\r\nنعم.",
        russia="neutral",
        usa="against russia",
        turkey="neutral",
        frames=("interference", "destabilisation"),
        scores=True,
    )
    formula = sentence('=SUM(A1) «طهران» تندّد, "بشدة"; بموقف واشنطن', usa="against iran", iran="neutral", scores=True)
    return (
        article("2022-03-01", hostile),
        article(
            "00012",
            sentence("أنقرة تستضيف محادثات", turkey="favor author", frames=("diplomacy",), scores=True),
            replace(sentence("اقرأ أيضا"), role="furniture"),
            formula,
            sentence("- ولم يصدر تعليق بعد."),
            sentence("ورحبت طهران بالمحادثات.\tوشكرت أنقرة", iran="neutral", turkey="favor iran", scores=True),
            title=True,
        ),
    )
