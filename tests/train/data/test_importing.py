"""Importing labelled sets: what becomes of a row, and what is said of a row at fault. All rows are made up."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zawiya.errors import FaultsError
from zawiya.records import Article, Mention
from zawiya.train.data.importing import FORMATS
from zawiya.train.data.importing import farra as farra_module

Reader = Callable[[str, str], list[Article]]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads text as a file of a format; the name of the file says which."""

    def run(name: str, content: str) -> list[Article]:
        path = tmp_path / name
        path.write_text(content, encoding="utf-8", newline="")
        return list(FORMATS[path.stem].read(path))

    return run


def mention(article: Article) -> Mention:
    return article.sentences[0].mentions[0]


def frames(articles: list[Article]) -> list[tuple[str, ...]]:
    return [article.sentences[0].frames for article in articles]


def faults(read: Reader, name: str, content: str) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        read(name, content)
    return caught.value.faults


MAWQIF = "\ufeffID,text,target,stance,datetime\r\n"


def test_a_tweet_has_its_topic_as_an_appended_target(read: Reader) -> None:
    [tweet] = read("mawqif.csv", f"{MAWQIF}7,  القرار ممتاز ,Women empowerment,Favor,2022-01-26 21:46:08+00:00\r\n")
    assert (tweet.id, tweet.text, tweet.topic, tweet.date) == ("7", "القرار ممتاز", "women_empowerment", "2022-01-26")
    assert mention(tweet) == Mention("women_empowerment", 12, 12, "تمكين المرأة", "favor", "author")
    assert mention(tweet).appended


def test_nobody_holds_the_neutral_stance_of_a_tweet(read: Reader) -> None:
    [tweet] = read("mawqif.csv", f"{MAWQIF}7,متى الموعد؟,Covid Vaccine,None,\r\n")
    assert (mention(tweet).stance, mention(tweet).holder, tweet.date) == ("neutral", None, None)


def test_a_tweet_without_a_stance_comes_without_sentences(read: Reader) -> None:
    [tweet] = read("mawqif.csv", f"{MAWQIF}7,متى الموعد؟,Covid Vaccine,,\r\n")
    assert (tweet.sentences, tweet.warnings) == ((), ("the row has no stance",))


def test_a_text_of_several_lines_stays_one_sentence(read: Reader) -> None:
    [tweet] = read("mawqif.csv", f'{MAWQIF}7,"نعم\nلا, ""ربما""",Covid Vaccine,Against,\r\n')
    [sentence] = tweet.sentences
    assert tweet.text == sentence.text == 'نعم\nلا, "ربما"'
    assert (sentence.start, sentence.end, sentence.role) == (0, len(tweet.text), "body")


def test_all_faults_of_a_table_are_told_with_the_lines_that_they_begin_on(read: Reader) -> None:
    rows = '1,"نعم\nلا",Covid Vaccine,Favour,\r\n2,نعم,Football,Favor,\r\n3, ,Covid Vaccine,Favor,\r\n4,نعم\r\n'
    assert faults(read, "mawqif.csv", MAWQIF + rows) == (
        "line 2: stance: expected one of Favor, Against, None, found 'Favour'",
        "line 4: target: expected one of Covid Vaccine, Women empowerment, Digital Transformation, found 'Football'",
        "line 5: text: expected text, found nothing; fill it in or remove the row",
        "line 6: expected 5 columns, found 2; quote a cell that holds the delimiter",
    )


def test_columns_that_are_missing_are_named(read: Reader) -> None:
    assert faults(read, "mawqif.csv", "ID,text,target\n1,a,b\n") == (
        "line 1: expected the columns ID, text, target, stance, found ID, text, target; stance missing",
    )
    [fault] = faults(read, "ans.csv", "")
    assert fault == "line 1: expected the columns s1, s2, stance, found none; s1, s2, stance missing"


def test_quotation_marks_that_do_not_pair_end_the_table(read: Reader) -> None:
    [first, second] = faults(read, "ans.csv", 's1,s2,stance\nأ,ب,maybe\nأ,"ب,agree\n')
    assert first.startswith("line 2: stance: ")
    assert second.startswith("line 3: the row cannot be read (")


def test_every_line_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ans.csv"
    path.write_bytes(b"s1,s2,stance\n" + "نعم,لا,agree\n".encode("cp1256") + b"a,b,agree\na,\xff,agree\n")
    with pytest.raises(FaultsError) as caught:
        list(FORMATS["ans"].read(path))
    assert [fault.split(";")[0] for fault in caught.value.faults] == [
        "line 2: expected UTF-8, found invalid continuation byte at byte 1",
        "line 4: expected UTF-8, found invalid start byte at byte 3",
    ]


def test_the_first_headline_of_a_pair_is_the_target_of_the_second(read: Reader) -> None:
    pairs = read("ans.csv", "s1,s2,stance\nصعود النفط, هبوط النفط,disagree\nأ,ب,agree\nأ,ب,other\n")
    assert [pair.id for pair in pairs] == ["1", "2", "3"]
    assert [mention(pair).stance for pair in pairs] == ["against", "favor", "neutral"]
    assert (pairs[0].text, pairs[0].topic) == ("هبوط النفط", "صعود النفط")
    assert mention(pairs[0]) == Mention("صعود النفط", 10, 10, "صعود النفط", "against", "author")


CLEF = "sentence_id\tsentence\tlabel\n"


def test_a_subjective_sentence_has_a_frame_and_an_objective_one_has_none(read: Reader) -> None:
    sentences = read("clef_subjectivity.tsv", f'{CLEF}a_1\t"قال ""كلا"" وذهب"\tOBJ\na_2\tيا للعار\tSUBJ\n')
    assert frames(sentences) == [(), ("subjective",)]
    assert (sentences[0].id, sentences[0].text) == ("a_1", 'قال "كلا" وذهب')


def test_an_id_that_comes_again_is_numbered(read: Reader) -> None:
    sentences = read("clef_subjectivity.tsv", f"{CLEF}a\tواحد\tOBJ\na\tاثنان\tOBJ\n\tثلاثة\tOBJ\n")
    assert [sentence.id for sentence in sentences] == ["a", "a_2", "3"]


def test_frames_are_flags_in_a_table_without_header(read: Reader) -> None:
    flags = ["0.0"] * 9
    flags[0] = flags[8] = "1.0"
    headlines = read("newsframing.tsv", "\t".join(["27", "ارتفاع مبيعات الأسلحة", "a", *flags]) + "\n")
    assert frames(headlines) == [("gun_rights", "economics")]
    assert headlines[0].id == "27"


@pytest.mark.parametrize("header", ["text_a,text_b,theme1,theme2", "news_title,ID,Q3 Theme1,Q3 Theme2"])
def test_frames_are_numbers_in_a_table_with_header(read: Reader, header: str) -> None:
    headlines = read("newsframing.csv", f"{header}\nعنوان,a,9,1\nعنوان,a,4,99\nعنوان,a,2,2\n")
    assert frames(headlines) == [("gun_rights", "economics"), ("mental_health",), ("gun_control",)]


def test_frames_that_are_no_flags_or_numbers_are_faults(read: Reader) -> None:
    row = "\t".join(["1", "عنوان", "a", "2", "yes", *["0"] * 7])
    assert faults(read, "newsframing.tsv", f"{row}\n1\tعنوان\n") == (
        "line 1: gun_rights: expected one of 0, 0.0, 1, 1.0, found '2'",
        "line 1: gun_control: expected one of 0, 0.0, 1, 1.0, found 'yes'",
        "line 2: expected 12 columns, found 2; quote a cell that holds the delimiter",
    )
    [fault] = faults(read, "newsframing.csv", "text_a,theme1,theme2\nعنوان,10,99\n")
    assert fault == "line 2: theme1: expected one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 99, found '10'"
    [fault] = faults(read, "newsframing.csv", "title\nعنوان\n")
    assert fault == (
        "line 1: expected the columns text_a, theme1, theme2 or news_title, Q3 Theme1, Q3 Theme2, found title"
    )


def mtsc(text: str, *targets: tuple[int, int, str, float]) -> str:
    rows = [{"from": start, "to": end, "mention": m, "polarity": polarity} for start, end, m, polarity in targets]
    return json.dumps({"primary_gid": "x 1", "sentence_normalized": text, "targets": rows}) + "\n"


def test_persons_of_a_sentence_are_mentions_at_their_offsets(read: Reader) -> None:
    content = mtsc("  Doe praised Roe, not Poe.", (14, 17, "Roe", 6.0), (2, 5, "Doe", 4.0), (23, 26, "Poe", 2))
    [sentence] = read("newsmtsc.jsonl", content)
    assert (sentence.id, sentence.text) == ("x 1", "Doe praised Roe, not Poe.")
    assert sentence.sentences[0].mentions == (
        Mention("Doe", 0, 3, "Doe", "neutral", None),
        Mention("Roe", 12, 15, "Roe", "favor", "author"),
        Mention("Poe", 21, 24, "Poe", "against", "author"),
    )


def test_a_person_labelled_twice_alike_is_kept_once(read: Reader) -> None:
    [sentence] = read("newsmtsc.jsonl", mtsc("Doe left.", (0, 3, "Doe", 2.0), (0, 3, "Doe", 2.0)))
    assert len(sentence.sentences[0].mentions) == len(sentence.warnings) == 1


@given(before=st.text(), name=st.text(min_size=1), after=st.text())
def test_a_mention_is_always_a_slice_of_its_article(tmp_path_factory, before: str, name: str, after: str) -> None:
    assume(name == name.strip())
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    start = len(before)
    path.write_text(mtsc(before + name + after, (start, start + len(name), name, 6.0)), encoding="utf-8")
    [article] = FORMATS["newsmtsc"].read(path)
    found = mention(article)
    assert article.text == (before + name + after).strip()
    assert article.text[found.start : found.end] == found.text == name


def test_persons_at_fault_are_all_told(read: Reader) -> None:
    text = "Doe left. "
    spans = [(0, 3, "Doe", 3.0), (4, 99, "left", 2.0), (0, 3, "Roe", 2.0), (5, 5, "", 2.0), (9, 10, " ", 2.0)]
    content = mtsc(text, *spans) + "{\n[]\n" + mtsc(text, (0, 3, "Doe", 2.0), (0, 3, "Doe", 6.0))
    assert faults(read, "newsmtsc.jsonl", content) == (
        "line 1: target 1: polarity: expected one of 2.0, 4.0, 6.0, found '3.0'",
        "line 1: target 2: from and to: expected a span of 0–10, found 4–99",
        "line 1: target 3: mention: expected the words at 0–3, 'Doe', found 'Roe'",
        "line 1: target 4: from and to: expected a span of 0–10, found 5–5",
        "line 1: target 5: mention: expected words at 9–10 without white space at their ends, found ' '",
        "line 2: not JSON (Expecting property name enclosed in double quotes, character 2); write one sentence a line",
        "line 3: expected an object with sentence_normalized, a text, and targets, a list",
        "line 4: target 2: «Doe» is labelled against and favor; keep one of them",
    )


def test_sentences_with_targets_of_the_wrong_kind_are_faults(read: Reader) -> None:
    rows = [{"targets": 1}, {"targets": [1]}, {"targets": [{"polarity": 2, "from": "0", "to": 3, "mention": "Doe"}]}]
    content = "\n".join(json.dumps({"sentence_normalized": "Doe left.", **row}) for row in rows)
    assert faults(read, "newsmtsc.jsonl", content) == (
        "line 1: targets: expected a list",
        "line 2: target 1: expected an object with from, to, mention and polarity",
        "line 3: target 1: from and to: expected whole numbers, found '0' and 3",
    )


def comments(*targets: tuple[str, str, str], text: str = "نشكر الفريق  الأول على فوز الفريق") -> str:
    rows = "\n".join(f'<target indices="{i}" polarity="{p}" term="{term}"/>' for i, p, term in targets)
    comment = f'<comment comment_id="b_1">\n<text>{text}</text>\n<targets>\n{rows}\n</targets>\n</comment>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<comments>\n{comment}\n</comments>\n'


def test_an_index_is_the_number_of_the_word_at_which_a_term_begins(read: Reader) -> None:
    [comment] = read("farra.xml", comments(("5", "negative", "الفريق"), ("1", "positive", "الفريق  الأول")))
    assert comment.id == "b_1"
    assert comment.sentences[0].mentions == (
        Mention("الفريق  الأول", 5, 18, "الفريق  الأول", "favor", "author"),
        Mention("الفريق", 27, 33, "الفريق", "against", "author"),
    )


def test_a_target_of_several_indices_is_one_mention_at_the_first(read: Reader) -> None:
    [comment] = read("farra.xml", comments(("1,5", "positive", "الفريق")))
    assert [(found.start, found.end) for found in comment.sentences[0].mentions] == [(5, 11)]


def test_a_term_that_does_not_stand_at_its_index_is_appended(read: Reader) -> None:
    [comment] = read("farra.xml", comments(("1", "positive", "الفرqيق")))
    assert mention(comment) == Mention("الفرqيق", 33, 33, "الفرqيق", "favor", "author")
    assert comment.warnings == (farra_module.NOT_FOUND,)


def test_a_target_of_undetermined_polarity_is_left_out(read: Reader) -> None:
    [comment] = read("farra.xml", comments(("1", "undetermined", "الفريق")))
    assert comment.sentences[0].mentions == ()
    assert comment.warnings == (farra_module.UNDETERMINED,)


def test_a_piece_of_the_term_before_a_polarity_is_left_out(read: Reader) -> None:
    [comment] = read("farra.xml", comments(("1", " الأول:positive", "الفريق")))
    assert mention(comment).stance == "favor"
    assert comment.warnings == (farra_module.SPLIT_TERM,)


def test_targets_at_fault_are_told_with_their_lines(read: Reader) -> None:
    content = comments(("1", "good", "الفريق"), ("6", "positive", "الفريق"), ("x", "positive", "الفريق"))
    assert faults(read, "farra.xml", content) == (
        "line 3: target of line 6: polarity: expected one of positive, negative, undetermined, found 'good'",
        "line 3: target of line 7: indices: expected words of 0–5, found 6",
        "line 3: target of line 8: indices: expected whole numbers with commas between them, found 'x'",
    )


def test_files_that_hold_no_comments_are_faults(read: Reader) -> None:
    assert faults(read, "farra.xml", "<a/>") == ("line 1: expected <comments>, found <a>",)
    assert faults(read, "farra.xml", "<comments>\n<comment/></comments>") == (
        "line 2: comment: expected <text> and <targets>",
    )
    assert faults(read, "farra.xml", "<comments>\n<comment>")[0].startswith("line 2: not XML (")
