"""zawiya: who is praised or blamed in Arabic news, by whom, and under which frames."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import FaultsError, ZawiyaError
    from .labeler import Labeler
    from .records import Article, Mention, Sentence
    from .taxonomy import Taxonomy

    __version__: str

__all__ = ["Article", "FaultsError", "Labeler", "Mention", "Sentence", "Taxonomy", "ZawiyaError"]

_HOMES = {
    "Article": "records",
    "FaultsError": "errors",
    "Labeler": "labeler",
    "Mention": "records",
    "Sentence": "records",
    "Taxonomy": "taxonomy",
    "ZawiyaError": "errors",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: ``import zawiya`` itself costs next to nothing."""
    if name == "__version__":
        return _version()
    if name not in _HOMES:
        raise AttributeError(f"module 'zawiya' has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("zawiya")
    except PackageNotFoundError:  # a checkout that is not installed
        return "0+checkout"
