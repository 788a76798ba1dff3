"""Word documents: a file is one article, a paragraph is a line.

Text is taken from the document's XML rather than from python-docx's ``paragraph.text``, which leaves out what
stands in tracked insertions and text boxes. Headers, footers and notes are not the article and are left out.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from zawiya.reading.outcomes import Fault, Found, ReadOptions
from zawiya.reading.streams import ByteSource
from zawiya.reading.titles import headline

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AS_TEXT = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# what zipfile and python-docx raise on damage, on packing they do not know, and on a password
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, LookupError),
    *(ValueError, AttributeError, TypeError, ArithmeticError, AssertionError),
)
# each is a node in memory, twenty times the size of its text; a long article has tens of thousands
_MOST_TAGS = 2_000_000
_PIECE = 1 << 20
_TITLE_STYLES = frozenset({"Title", "Heading 1"})


def read_word(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """The document's paragraphs, tables included, in reading order."""
    data = source.read(options.max_bytes + 1)
    if not data:
        yield Fault("empty", "no bytes")
        return
    if len(data) > options.max_bytes:
        yield Fault("too_long", f"a document of more than {options.max_bytes:,} bytes")
        return
    yield _too_large(data, options) or _document(data)


def _too_large(data: bytes, options: ReadOptions) -> Fault | None:
    """What is wrong with a document that would not fit in memory; nothing is unpacked to more than its archive says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > options.max_bytes:
                return Fault("too_long", f"a document that unpacks to {size:,} bytes, more than {options.max_bytes:,}")
            # of every member: it is not its name that makes one XML
            tags = sum(_tags(archive, entry) for entry in entries)
    except _DAMAGE as error:
        return _unreadable(error)
    return Fault("too_long", f"a document of {tags:,} tags") if tags > _MOST_TAGS else None


def _tags(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    with archive.open(entry) as member:
        return sum(piece.count(b"<") for piece in iter(lambda: member.read(_PIECE), b""))


def _document(data: bytes) -> Found | Fault:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    try:
        document = docx.Document(io.BytesIO(data))
        body = document.element.body
        lines = [_text(paragraph) for paragraph in body.iter(f"{_W}p") if not _nested(paragraph)]
        title = _styled_title(document)
    except (OpcError, LxmlError, *_DAMAGE) as error:
        return _unreadable(error)
    text = "\n".join(lines).strip("\n")
    title = title or headline(text)
    return Found({"text": text, "title": title} if title else {"text": text}, "docx")


def _unreadable(error: Exception) -> Fault:
    return Fault("malformed", f"no readable Word document ({type(error).__name__}: {error})")


def _nested(paragraph: "BaseOxmlElement") -> bool:
    """Whether a paragraph stands inside another one (a text box), or in the copy kept for old readers."""
    return any(parent.tag in {f"{_W}p", _FALLBACK} for parent in paragraph.iterancestors())


def _text(element: "BaseOxmlElement") -> str:
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _AS_TEXT:
            parts.append(_AS_TEXT[child.tag])
        elif child.tag == f"{_W}txbxContent":
            parts.append("\n" + "\n".join(_text(paragraph) for paragraph in child) + "\n")
        elif child.tag not in {_FALLBACK, f"{_W}pPr"}:
            parts.append(_text(child))
    return "".join(parts)


def _styled_title(document: "Document") -> str | None:
    """The first paragraph with text, where its style makes it a title."""
    for paragraph in document.paragraphs:
        if paragraph.text.strip():
            styled = paragraph.style is not None and paragraph.style.name in _TITLE_STYLES
            return " ".join(paragraph.text.split()) if styled else None
    return None
