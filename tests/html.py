"""A page as a parser sees it."""

import re
from html.parser import HTMLParser

#: Elements that have no end.
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Parsed(HTMLParser):
    """The tags of a page, which must balance, and the text that is seen; what styles and scripts hold is kept apart."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {}
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> within {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in {"style", "script"}:
            self.inside.setdefault(self.open[-1], []).append(data)
        else:
            self.pieces.append(data)

    def having(self, tag: str) -> list[dict[str, str | None]]:
        """What the tags of a name say."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.pieces))
