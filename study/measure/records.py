"""What is measured: shares of labels in a group of articles, with an interval each."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["stance", "frame", "holder"]
#: ``counted``: what the model gave, taken at its word. ``corrected``: by labels of a sample, see :mod:`.correcting`.
Method = Literal["counted", "corrected"]


@dataclass(frozen=True, slots=True)
class Figure:
    """The share of one label in one group.

    :param kind: of label.
    :param group: what the group is, by column: ``{"outlet": "x", "actor": "usa", "month": "2022-01"}``; None for rows
        that have none.
    :param label: a stance, ``net`` (favor less against), a frame, or who holds what, ``russia against``; a stance in one
        voice is ``against own`` or ``against quoted``.
    :param rows: that the share is of: for stances and holders rows of an actor in a sentence, for frames sentences.
    :param count: of them that the model gave the label; for ``net`` the difference.
    :param articles: that the rows stand in.
    :param share: best estimate of the true share, from 0 to 1, for ``net`` from -1 to 1.
    :param low: lower end of its 95% interval; None where there is none, from a single article.
    :param high: upper end.
    :param method: how it was estimated.
    :param labelled: rows labelled by people that the correction rests on.
    """

    kind: Kind
    group: dict[str, str | None]
    label: str
    rows: int
    count: int
    articles: int
    share: float
    low: float | None = None
    high: float | None = None
    method: Method = "counted"
    labelled: int = 0

    @property
    def counted(self) -> float:
        """The share as the model counts it."""
        return self.count / self.rows
