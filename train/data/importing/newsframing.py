"""Gun-violence frames of headlines: tables of zeros and ones without a header, or lists of up to two frame numbers."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article

from .format import Format, Frame
from .rows import cells, chosen, gathered, one_sentence, stripped, table, wide

#: In the order of the set's numbers, 1 to 9.
FRAMES = (
    Frame(
        "gun_rights", "حق حمل السلاح", "gun rights", "owning and carrying arms as a right, or its meaning and limits"
    ),
    Frame("gun_control", "تقييد السلاح", "gun control", "laws, court orders and rules that regulate guns"),
    Frame("politics", "سياسة", "politics", "parties, candidates, officials and lobbies and their dispute over guns"),
    Frame("mental_health", "صحة نفسية", "mental health", "the state of mind or the illness of those who shoot"),
    Frame(
        "public_safety",
        "أمن المدارس والأماكن العامة",
        "safety of public places",
        "how schools and public places are protected",
    ),
    Frame("race_ethnicity", "عرق ودين", "race and ethnicity", "race, ethnicity, religion or origin of those involved"),
    Frame(
        "public_opinion",
        "رأي عام",
        "public opinion",
        "how the public, survivors and victims' families react, mourn or protest",
    ),
    Frame(
        "society_culture",
        "مجتمع وثقافة",
        "society and culture",
        "causes in society: families, bullying, games, films, faith",
    ),
    Frame("economics", "عواقب اقتصادية", "economic consequences", "money: sales, firms, costs, sponsors and boycotts"),
)
#: Number, text, a constant, then one column a frame.
WIDTH = 3 + len(FRAMES)
VALUES = {"0": False, "0.0": False, "1": True, "1.0": True}
#: The columns of the two kinds of table with a header: text, first and second frame.
HEADERS = (("text_a", "theme1", "theme2"), ("news_title", "Q3 Theme1", "Q3 Theme2"))
NUMBERS: Mapping[str, tuple[str, ...]] = {
    **{str(number): (frame.id,) for number, frame in enumerate(FRAMES, start=1)},
    "99": (),
}


def read(path: Path) -> Iterator[Article]:
    """The headlines of a file with their frames; a ``.csv`` file has a header, any other has tabs and none.

    :raises FaultsError: with every fault of the file.
    """
    if path.suffix.lower() != ".csv":
        return gathered(path, cells(path, "\t"), _flags)
    _, header = next(cells(path, ","), (1, []))
    for columns in HEADERS:
        if set(columns) <= set(header):
            return table(path, columns, partial(_numbers, columns))
    expected = " or ".join(", ".join(columns) for columns in HEADERS)
    raise FaultsError(str(path), [f"line 1: expected the columns {expected}, found {', '.join(header) or 'none'}"])


def _flags(number: int, row: list[str]) -> Article:
    identity, text, _, *values = wide(row, WIDTH)
    faults = []
    frames = []
    for frame, value in zip(FRAMES, values, strict=True):
        try:
            if chosen(frame.id, value, VALUES):
                frames.append(frame.id)
        except ZawiyaError as error:
            faults.append(str(error))
    if faults:
        raise FaultsError("row", faults)
    return one_sentence(identity or str(number), stripped("text", text), frames=frames)


def _numbers(columns: tuple[str, str, str], number: int, row: Mapping[str, str]) -> Article:
    text, first, second = columns
    found = {*chosen(first, row[first], NUMBERS), *chosen(second, row[second], NUMBERS)}
    # in the order of the list, so that both kinds of table give the same article
    frames = [frame.id for frame in FRAMES if frame.id in found]
    return one_sentence(str(number), stripped(text, row[text]), frames=frames)


FORMAT = Format(
    read,
    "nine frames of headlines on gun violence; Akyürek et al. 2020, github.com/feyzaakyurek/newsframing",
    FRAMES,
)
