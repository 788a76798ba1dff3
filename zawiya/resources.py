"""Where the files that come with zawiya lie: beside the package when installed, beside it in a checkout otherwise."""

from pathlib import Path

from .errors import ZawiyaError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a file or folder under ``configs/`` or ``models/``.

    :raises ZawiyaError: when this installation lacks it.
    """
    for root in (_PACKAGE, _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise ZawiyaError(f"{'/'.join(parts)} does not come with this installation of zawiya; install it anew")
