from collections.abc import Callable

import pytest

from zawiya import config
from zawiya.actors import ActorFinder
from zawiya.records import Article, Mention, Role, Sentence
from zawiya.taxonomy import ActorList

#: Seven actors, enough for every rule of the matcher.
WORLD = {
    "version": 1,
    "offices": ["رئيس", "وزير", "وزارة", "خارجية", "حكومة", "جيش", "متحدث", "إدارة"],
    "not_actors": ["المرصد الروسي لحقوق الإنسان", "البحر العربي"],
    "hosts_without_actor": ["دوري", "لغة"],
    "actors": [
        {
            "id": "russia",
            "kind": "state",
            "arabic": "روسيا",
            "english": "Russia",
            "names": ["روسيا", "روسيا الاتحادية", "(ال)روس"],
            "inflected": ["روسي"],
            "capitals": ["موسكو"],
            "leaders": [{"name": "فلاديمير بوتين", "short": ["بوتين"]}],
        },
        {
            "id": "saudi_arabia",
            "kind": "state",
            "arabic": "السعودية",
            "english": "Saudi Arabia",
            "names": ["السعودية"],
            "inflected": ["سعودي"],
            "descriptions": ["المملكة"],
        },
        {
            "id": "mali",
            "kind": "state",
            "arabic": "مالي",
            "english": "Mali",
            "names": ["مالي"],
            "capitals": ["باماكو"],
            "context": [{"alias": "مالي", "not_after": ["دعم"], "only_before": ["وبوركينا"], "near": ["الساحل"]}],
        },
        {
            "id": "hamas",
            "kind": "armed_group",
            "arabic": "حماس",
            "english": "Hamas",
            "names": ["حماس", "حركة حماس"],
            "context": [{"alias": "حماس", "not_before": ["كبير"]}],
            "descriptions": ["الحركة"],
        },
        {
            "id": "taliban",
            "kind": "armed_group",
            "arabic": "طالبان",
            "english": "Taliban",
            "names": ["طالبان", "حركة طالبان"],
            "descriptions": ["الحركة"],
        },
        {
            "id": "hts",
            "kind": "armed_group",
            "arabic": "هيئة تحرير الشام",
            "english": "HTS",
            "names": ["هيئة تحرير الشام"],
            "leaders": [{"name": "أحمد الشرع", "since": "2017-01", "until": "2024-11"}],
        },
        {
            "id": "syria",
            "kind": "state",
            "arabic": "سوريا",
            "english": "Syria",
            "names": ["سوريا", "سورية"],
            "inflected": ["سوري"],
            "leaders": [{"name": "أحمد الشرع", "since": "2024-12"}],
        },
        {
            "id": "refugees",
            "kind": "people",
            "arabic": "اللاجئون",
            "english": "Refugees",
            "inflected": ["لاجئ"],
        },
    ],
}


@pytest.fixture(scope="session")
def world() -> ActorList:
    return config.parse(ActorList, WORLD, source="world")


@pytest.fixture(scope="session")
def finder(world: ActorList) -> ActorFinder:
    return ActorFinder(world)


@pytest.fixture(scope="session")
def find(finder: ActorFinder) -> Callable[..., list[list[Mention]]]:
    """Mentions of each sentence of an article made of these sentences, one a line."""

    def find_in(*texts: str, roles: tuple[Role, ...] = (), date: str | None = None) -> list[list[Mention]]:
        text, sentences, start = "\n".join(texts), [], 0
        for number, part in enumerate(texts):
            role = roles[number] if number < len(roles) else "body"
            sentences.append(Sentence(start, start + len(part), part, role))
            start += len(part) + 1
        article = finder.find(Article(id="a", text=text, date=date, sentences=tuple(sentences)))
        for sentence in article.sentences:
            for mention in sentence.mentions:
                assert text[mention.start : mention.end] == mention.text
                assert sentence.start <= mention.start < mention.end <= sentence.end
        return [list(sentence.mentions) for sentence in article.sentences]

    return find_in
