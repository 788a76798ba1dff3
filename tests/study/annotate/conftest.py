from collections.abc import Callable
from pathlib import Path

import pytest

from zawiya.corpus import write_corpus
from zawiya.records import Article

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes articles as a corpus file of this name."""

    def write(name: str, *articles: Article) -> Path:
        write_corpus(tmp_path / name, articles)
        return tmp_path / name

    return write


@pytest.fixture
def files() -> Path:
    """What came back from Label Studio and LibreOffice; ``README.md`` there says how."""
    return Path(__file__).parent / "files"
