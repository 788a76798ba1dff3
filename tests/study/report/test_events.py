from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.study.folders import article, opened
from zawiya.errors import ZawiyaError
from zawiya.records import Sentence
from zawiya.study.report import events as module
from zawiya.study.report.events import find_events, group_texts

DAM = "انهار السد فجرا وغمرت المياه القرى على ضفتي النهر ونزح السكان إلى المدينة"
DAM_TOO = "غمرت مياه السد المنهار قرى الضفتين وقال السكان إن النهر ارتفع قبل الفجر"
GRAIN = "أبحرت أول سفينة قمح من الميناء بموجب اتفاق الحبوب وراقب المفتشون حمولتها"


def told(name, text, outlet, date, topic=None):
    made = article(name, outlet=outlet, date=date)
    sentence = Sentence(0, len(text), text, "body", (), (), {"legality": 0.1, "economy": 0.1})
    return replace(made, text=text, sentences=(sentence,), topic=topic)


def test_articles_of_two_outlets_on_one_matter_are_an_event(tmp_path):
    results = opened(
        tmp_path,
        [
            told("1", DAM, "a", "2023-06-06"),
            told("2", DAM_TOO, "b", "2023-06-07"),
            told("3", GRAIN, "a", "2023-06-06"),
        ],
    )
    (event,) = find_events(results).events
    assert event.articles.tolist() == [0, 1]
    assert event.outlets == {"a", "b"}
    assert (event.first, event.last) == ("2023-06-06", "2023-06-07")
    assert event.title == DAM


def test_what_is_far_in_time_is_another_event(tmp_path):
    results = opened(tmp_path, [told("1", DAM, "a", "2023-06-06"), told("2", DAM, "b", "2023-07-06")])
    assert find_events(results).events == ()


def test_an_outlets_own_articles_are_no_event(tmp_path):
    results = opened(tmp_path, [told("1", DAM, "a", "2023-06-06"), told("2", DAM, "a", "2023-06-06")])
    assert find_events(results).events == ()


def test_topics_that_articles_bring_are_taken(tmp_path):
    results = opened(
        tmp_path,
        [
            told("1", DAM, "a", "2023-06-06", "dam_2023"),
            told("2", GRAIN, "b", "2024-01-01", "dam_2023"),
            told("3", GRAIN, "a", None, "grain"),
        ],
    )
    found = find_events(results)
    assert found.given
    assert [(event.title, event.articles.tolist()) for event in found.events] == [("dam 2023", [0, 1])]
    assert found.of_article == {"1": "e1", "2": "e1"}


def test_articles_without_date_or_outlet_are_not_compared(tmp_path):
    results = opened(tmp_path, [told("1", DAM, "a", None), told("2", DAM, None, "2023-06-06")])
    assert find_events(results).compared == 0


def test_of_very_many_articles_some_are_compared_the_same_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST", 4)
    results = opened(tmp_path, [told(str(n), DAM, "ab"[n % 2], "2023-06-06") for n in range(10)])
    first, second = find_events(results), find_events(results)
    assert first.compared == 4
    assert first.of_article == second.of_article


def test_texts_without_words_are_alone():
    assert group_texts(["", "!!", "…"], np.zeros(3, dtype=np.int64)) == []


def test_a_net_of_too_many_is_cut(monkeypatch):
    monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    groups = group_texts([DAM, DAM, GRAIN, GRAIN], np.zeros(4, dtype=np.int64))
    assert sorted(map(list, groups)) == [[0, 1], [2, 3]]


@given(st.lists(st.tuples(st.sampled_from([DAM, DAM_TOO, GRAIN, ""]), st.integers(0, 20)), max_size=12))
def test_no_text_is_in_two_groups(texts):
    groups = group_texts([text for text, _ in texts], np.array([day for _, day in texts], dtype=np.int64))
    members = [n for group in groups for n in group.tolist()]
    assert len(members) == len(set(members))
    assert all(len(group) > 1 for group in groups)


def test_a_damaged_table_is_a_users_error(tmp_path):
    results = opened(tmp_path, [told("1", DAM, "a", "2023-06-06"), told("2", DAM_TOO, "b", "2023-06-07")])
    [path] = tmp_path.rglob("sentences/000001.parquet")
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(ZawiyaError, match=r"sentences/000001\.parquet: expected a part of the results"):
        find_events(results)


def test_a_damaged_line_is_not_silently_skipped(tmp_path):
    results = opened(tmp_path, [told("1", DAM, "a", "2023-06-06")])
    (tmp_path / "articles" / "000001.jsonl").write_text("{broken\n", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"000001\.jsonl: expected a part of the results"):
        find_events(results)
