"""Models from the model hub and to it: what is fetched once serves without the hub; what cannot be had says why."""

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from huggingface_hub import HfApi, constants, get_token, snapshot_download

# HTTPError is that of the HTTP library which huggingface_hub is built on; which one differs between its versions
from huggingface_hub.errors import (  # type: ignore[attr-defined]
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    HTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from zawiya.errors import ZawiyaError

#: What a finished model's folder may hold that is nobody else's: training's own states.
_OWN = ["checkpoints/**", "checkpoints/*"]


def fetch(name: str, files: Sequence[str]) -> Path:
    """Folder with those of the files that a model of the hub has; without the hub, the one that an earlier fetch left.

    :param name: ``user/model``.
    :param files: names or glob patterns.
    :raises ZawiyaError: when the hub has no such model, does not hand it out, or cannot be reached and the files were
        not fetched before.
    """
    with _explained(name):
        return Path(snapshot_download(name, allow_patterns=list(files)))


def files_of(name: str) -> list[str]:
    """Paths of all files that a model has on the hub.

    :raises ZawiyaError: when the hub cannot be asked.
    """
    with _explained(name):
        return HfApi().list_repo_files(name)


def push(folder: Path, name: str, *, private: bool = False) -> str:
    """Upload a finished model folder, checkpoints left out, and give back the model's address.

    :param name: ``user/model``; made where the hub has no such model, added to where it has.
    :param private: whether the model must be one that is shown to its owner only.
    :raises ZawiyaError: when the folder holds no finished model, or the hub cannot be reached or does not take it.
    """
    if not (folder / "zawiya.json").is_file():
        raise ZawiyaError(
            f"{folder}: expected the folder of a finished model, found no zawiya.json in it; name the `out` of a run "
            "that has ended"
        )
    if [bool(part) for part in name.split("/")] != [True, True]:
        raise ZawiyaError(f"{name!r}: expected `user/model`, the owner and the model's name on the model hub")
    if get_token() is None:
        raise ZawiyaError(
            f"{name!r}: the model hub takes models from those only whom it knows, and no token was found; run "
            "`hf auth login` or set HF_TOKEN"
        )
    api = HfApi()
    with _said(name):
        url = api.create_repo(name, private=private, exist_ok=True)
        if private and not api.model_info(name).private:
            raise ZawiyaError(
                f"{name!r}: expected to make a private model, found a public one of that name; make that private at "
                f"{url}/settings, or push under another name"
            )
        api.upload_folder(
            repo_id=name, folder_path=folder, ignore_patterns=list(_OWN), commit_message="A model made by zawiya"
        )
    return str(url)


@contextmanager
def _said(name: str) -> Iterator[None]:
    """Say what the hub has against an upload."""
    try:
        yield
    except HFValidationError as error:
        raise ZawiyaError(f"{name!r}: is no name that the model hub allows ({first_line(error)})") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        if status in (401, 403):
            raise ZawiyaError(
                f"{name!r}: the model hub at {constants.ENDPOINT} does not let this token write there "
                f"({first_line(error)}); take one that may write, by `hf auth login` or HF_TOKEN, and a user or "
                "organisation that is its owner's"
            ) from error
        raise ZawiyaError(
            f"{name!r}: the model hub at {constants.ENDPOINT} did not take the model ({first_line(error)}); try again "
            "later: what it has already taken is not sent twice"
        ) from error
    # the pipeline of large files wraps what it meets
    except (HTTPError, OSError, RuntimeError) as error:
        raise ZawiyaError(
            f"{name!r}: the model hub at {constants.ENDPOINT} cannot be reached ({first_line(error)}); connect, or "
            "set HF_ENDPOINT to a hub that can be reached, and without HF_HUB_OFFLINE"
        ) from error
    # a card whose head the hub cannot read, and answers that make no sense
    except ValueError as error:
        raise ZawiyaError(f"{name!r}: cannot be uploaded ({error}); mend what it names and push again") from error


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Say why a model cannot be had, and what to do."""
    try:
        yield
    except HFValidationError as error:
        raise ZawiyaError(
            f"encoder {name!r}: expected a folder, or a name on the model hub such as `user/model`, "
            f"found neither; {_near(name)}"
        ) from error
    # before the error that it is a kind of
    except GatedRepoError as error:
        raise ZawiyaError(
            f"encoder {name!r}: the model hub hands it out to those only who accept its terms; accept them at "
            f"{constants.ENDPOINT}/{name}, then run `hf auth login` or set HF_TOKEN"
        ) from error
    except RepositoryNotFoundError as error:
        raise ZawiyaError(
            f"encoder {name!r}: is no folder here, and the model hub at {constants.ENDPOINT} has no such model; "
            f"{_near(name)}; for a private model run `hf auth login` or set HF_TOKEN"
        ) from error
    except (HTTPError, OSError) as error:
        raise _unreached(name, error) from error


def _unreached(name: str, error: Exception) -> ZawiyaError:
    """What to do about a hub that did not answer, or whose answer is of no use."""
    if isinstance(error, HfHubHTTPError) and error.response.status_code == 401:
        return ZawiyaError(
            f"encoder {name!r}: the model hub at {constants.ENDPOINT} does not accept this token; "
            "run `hf auth login` again, or set HF_TOKEN to one that is valid, or unset it"
        )
    if not isinstance(error, HTTPError | ConnectionError | LocalEntryNotFoundError):
        return ZawiyaError(
            f"encoder {name!r}: cannot be fetched into {constants.HF_HUB_CACHE} ({first_line(error)}); see that there "
            "is room and that it can be written, or set HF_HOME to another folder, and run again"
        )
    if constants.HF_HUB_OFFLINE:
        why = f"HF_HUB_OFFLINE is set, and {constants.HF_HUB_CACHE} does not hold all of it; unset HF_HUB_OFFLINE"
    else:
        cause = error.__cause__ or error
        why = (
            f"the model hub at {constants.ENDPOINT} cannot be reached ({first_line(cause)}), and "
            f"{constants.HF_HUB_CACHE} does not hold all of it; connect, set HF_ENDPOINT to a hub that can be reached"
        )
    return ZawiyaError(
        f"encoder {name!r}: is no folder here, {why}, set HF_HOME to a folder where it was fetched before, or copy the "
        "model's folder here and name that"
    )


def _near(name: str) -> str:
    """The advice to take a folder whose name is near, or to look the name up."""
    beside = Path(name).parent
    folders = [path.name for path in beside.glob("*/") if (path / "config.json").is_file()] if beside.is_dir() else []
    if close := difflib.get_close_matches(Path(name).name, folders, n=1):
        return f"did you mean the folder {beside / close[0]}?"
    return "check its spelling"


def first_line(error: BaseException) -> str:
    """What an error says in its first line, or its kind where it says nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
