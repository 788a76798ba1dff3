"""Mawqif: tweets and their authors' stance toward one of three topics, which a tweet need not name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from zawiya.records import Article, Stance

from .format import Format
from .rows import appended, chosen, one_sentence, stripped, table, unlabelled

COLUMNS = ("ID", "text", "target", "stance")
STANCES: Mapping[str, Stance] = {"Favor": "favor", "Against": "against", "None": "neutral"}
#: Id and Arabic name of each topic.
TARGETS = {
    "Covid Vaccine": ("covid_vaccine", "لقاح كورونا"),
    "Women empowerment": ("women_empowerment", "تمكين المرأة"),
    "Digital Transformation": ("digital_transformation", "التحول الرقمي"),
}
NO_STANCE = "the row has no stance"


def read(path: Path) -> Iterator[Article]:
    """The tweets of a Mawqif file, each with its topic as an appended target.

    :raises FaultsError: with every fault of the file.
    """
    return table(path, COLUMNS, _tweet)


def _tweet(number: int, row: Mapping[str, str]) -> Article:
    text = stripped("text", row["text"])
    actor, name = chosen("target", row["target"], TARGETS)
    identity = row["ID"] or str(number)
    if not row["stance"]:
        return unlabelled(identity, text, NO_STANCE)
    stance = chosen("stance", row["stance"], STANCES)
    day = re.match(r"\d{4}-\d\d-\d\d", row.get("datetime", ""))
    return one_sentence(
        identity, text, mentions=[appended(text, actor, name, stance)], topic=actor, date=day[0] if day else None
    )


FORMAT = Format(
    read,
    "stance of Arabic tweets toward three topics; Alturayeif, Luqman, Ahmed 2022, github.com/NoraAlt/Mawqif-Arabic-Stance",
)
