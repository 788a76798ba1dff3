"""``zawiya report``: the options, and how the page comes to lie in its file; what it shows is in :mod:`.figures`.

Imports inside the functions: ``zawiya --help`` loads this module too and needs no Arrow.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zawiya.errors import INTERRUPTED, ZawiyaError
from zawiya.files import written_whole

from .. import options

if TYPE_CHECKING:
    from ..measure.gold import Gold
    from ..results import Results
    from .records import Language, Reader, Why

FILE = "report.html"


def report(
    out: options.Out,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"The page; by default {FILE} in the results folder.")
    ] = None,
    gold: options.Gold = None,
    design: options.Design = None,
    uniform: options.Uniform = False,
    articles: Annotated[
        int, typer.Option(min=0, metavar="N", help="Most articles in the reader; of more a sample is drawn.")
    ] = options.ARTICLES,
    explain: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Decisions whose words are worked out, the surest first; 0 for none."),
    ] = options.EXPLAINED,
    lang: Annotated[str, typer.Option(metavar="en|ar", help="Language that the page opens in.")] = "en",
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Heading of the page; by default the folder's name.")
    ] = None,
) -> None:
    """Write a report of a results folder: one HTML file with figures, and the sentences behind each of them.

    It fetches nothing, so it can be kept, sent and opened from disk.

    Exit status: 0 all well; 2 wrong use; 130 interrupted, an older report is as it was then.
    """
    from ..measure.gold import read_gold
    from ..measure.units import Units
    from ..results import Results

    language = _language(lang)
    options.check_labels(gold, design, uniform)
    results = Results.open(out)
    labels = read_gold(gold, Units.of(results), design=design, uniform=uniform) if gold else None
    path = to or out / FILE
    try:
        size = write_report(
            results, path, gold=labels, articles=articles, explained=explain, language=language, title=title
        )
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    typer.echo(f"{path} ({_size(size)})")


def write_report(
    results: "Results",
    path: Path,
    *,
    gold: "Gold | None" = None,
    articles: int = options.ARTICLES,
    explained: int = options.EXPLAINED,
    language: "Language" = "en",
    title: str | None = None,
) -> int:
    """Write the page; the file is there as a whole or not at all.

    :param articles: most in the reader.
    :param explained: most decisions whose words are worked out.
    :return: its size in bytes.
    :raises ZawiyaError: when it cannot be written.
    """
    from ..measure.known import known_error
    from .figures import build
    from .page import page

    if path.is_dir():
        raise ZawiyaError(f"{path}: expected the name of a file for the page, found a folder; add {FILE} to it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ZawiyaError(f"{path}: expected a folder that the page can be written into: {error}") from error
    _say("counting")
    shown = build(results, gold=gold, articles_limit=articles)
    html = page(
        shown,
        title=title or results.folder.resolve().name or "zawiya",
        language=language,
        known=known_error(results),
        why=_why(results, shown.reader, explained),
    )
    return _write(html.encode("utf-8", "replace"), path)


def _why(results: "Results", reader: "Reader", most: int) -> "Why":
    """Words behind decisions; without the model there are none, and all else stands."""
    from .explanations import explanations, judge_of, places

    chosen = places(reader, most) if most else []
    if not chosen:
        return {}
    try:
        judge = judge_of(results)
    except ZawiyaError as error:
        sys.stderr.write(f"zawiya: the words behind decisions are left out: {error}\n")
        return {}
    done = 0

    def told(sentences: int) -> None:
        nonlocal done
        done += sentences
        _say(f"explaining: sentence {done:,} of {len(chosen):,}")

    return explanations(results, judge, chosen, told)


def _language(lang: str) -> "Language":
    if lang == "en":
        return "en"
    if lang == "ar":
        return "ar"
    raise ZawiyaError(f"--lang: expected en or ar, found {lang!r}")


def _write(content: bytes, path: Path) -> int:
    try:
        with written_whole(path) as unfinished:
            unfinished.write_bytes(content)
    except OSError as error:
        raise ZawiyaError(f"{path}: the page could not be written: {error}; name another file with --to") from error
    return len(content)


def _say(line: str) -> None:
    """How far it is, for those who watch; a log is spared."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{line}\r")
        sys.stderr.flush()


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} kB"
