"""What hostile inputs are made with: documents, archives and tables that are more than they seem."""

import gzip
import io
import os
import socket
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq

#: "Moscow accused Washington of stirring chaos in the country."
TEXT = "اتهمت موسكو واشنطن بإثارة الفوضى في البلاد."
MEGABYTE = 1 << 20
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

Make = Callable[[Path], object]


def file(name: str, content: bytes | str) -> Make:
    """A file of this content; text may hold half surrogates."""
    data = content.encode("utf-8", errors="surrogatepass") if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)


def word_file(paragraphs: Iterable[str] = (TEXT,)) -> bytes:
    """A Word document."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed_zip(data: bytes, changes: dict[str, bytes]) -> bytes:
    """A ZIP archive with some members replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {**dict.fromkeys(old.namelist()), **changes}:
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return out.getvalue()


def word_xml(body: str, prologue: str = "") -> bytes:
    """A Word document whose XML is given."""
    xml = f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return changed_zip(word_file(), {"word/document.xml": xml.encode()})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def packed_word_bomb(size: int = 3 << 27) -> bytes:
    """A Word document with a picture of zeros, of 400 MB, half a megabyte packed.

    The member is put together by hand: packing the zeros one by one would take seconds.
    """
    piece = 1 << 24
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(piece)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed, crc = block * (size // piece) + b"\x03\x00", 0
    for _ in range(size // piece):
        crc = zlib.crc32(bytes(piece), crc)
    name = "word/media/image1.png"
    relation = (
        '<Relationship Id="rId99" Target="media/image1.png" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    rels = "word/_rels/document.xml.rels"
    plain = word_file()
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        relations = archive.read(rels).decode().replace("</Relationships>", relation)
        types = archive.read("[Content_Types].xml").decode()
    types = types.replace("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>')
    data = changed_zip(plain, {rels: relations.encode(), "[Content_Types].xml": types.encode()})
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type, info.compress_size, info.file_size, info.CRC = 8, len(packed), size, crc
        info.header_offset = archive.start_dir
        out.seek(archive.start_dir)
        out.write(info.FileHeader() + packed)
        archive.start_dir = out.tell()
        archive.filelist.append(info)
        archive.NameToInfo[name] = info
        archive._didModify = True
    return out.getvalue()


def gzip_bomb(gigabytes: int = 4, unit: bytes = b"\n") -> bytes:
    """A few megabytes of gzip that unpack to gigabytes: one member many times over."""
    member = gzip.compress(unit * ((1 << 24) // len(unit)), 9)
    return member * (64 * gigabytes)


def table(columns: dict[str, object], **options: object) -> bytes:
    """A Parquet file."""
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def parquet_bomb() -> bytes:
    """A Parquet file of kilobytes whose two thousand rows are all one text of eight megabytes."""
    text = "ك" * (4 * MEGABYTE)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), pa.array([text]))
    return table({"text": column}, compression="zstd")


def nested(depth: int) -> str:
    return '{"source": ' * depth + "1" + "}" * depth


def billion_laughs(levels: int = 9) -> str:
    rows = ['<!ENTITY a0 "كلام">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels))]
    return f"<!DOCTYPE x [{''.join(rows)}]>"


def yaml_bomb() -> str:
    """Nine levels of merged mappings, each naming the one below it nine times."""
    rows = ["a0: &a0 {k: v}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 10))]
    return "---\n" + "\n".join(rows) + f"\n---\n{TEXT * 20}\n"


def front(matter: str) -> str:
    return f"---\n{matter}\n---\n{TEXT * 20}\n"


def link_loop(folder: Path) -> None:
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "in").mkdir()
    (folder / "in" / "out").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to(folder / "self")


def forbidden(folder: Path) -> None:
    path = folder / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)


def memory(folder: Path) -> None:
    # a regular file that even root cannot read at its beginning
    (folder / "a.txt").symlink_to("/proc/self/mem")


def make_socket(folder: Path) -> None:
    # the path of a socket must be short, and the folder of a test is not
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as made:
        made.bind(f"{short}/s")
        Path(f"{short}/s").rename(folder / "a.txt")


def invalid_name(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xc7\xff.txt")).write_text(TEXT, encoding="utf-8")


def wrong_sum(data: bytes) -> bytes:
    return data[:-8] + struct.pack("<L", 0) + data[-4:]
