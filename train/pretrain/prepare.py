"""Text as an encoder learns from it: documents chosen, a tokenizer, pieces in arrays; one folder that can be moved.

Each stage leaves a file under a name that tells what decided it, written whole or not at all; a run that is started again
takes what is there.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from zawiya.errors import ZawiyaError
from zawiya.files import written_whole
from zawiya.integrity import sha256

from ..saving import write_json
from .clean import HELD_OUT, KEPT, LEFT_OUT, chosen, clean
from .pieces import Ids, read_pieces, write_pieces
from .settings import PretrainSettings
from .shards import Shard, find_shards, passages
from .tokenizer import Special, special_of, train_tokenizer

log = logging.getLogger(__name__)

#: Every how many-th document the tokenizer is trained on.
_SAMPLED = 3
_MANIFEST = "manifest.json"
_HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True)
class Text:
    """Documents that were chosen, shard by shard."""

    shards: tuple[Shard, ...]
    fates: Mapping[str, NDArray[np.uint8]]
    key: str

    def documents(self, shard: Shard, fate: int = KEPT) -> Iterator[str]:
        """The documents of a shard that have one fate."""
        return chosen(shard, self.fates[shard.name], fate)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Text as an encoder learns from it.

    :param arrays: the pieces of each shard.
    :param held_out: pieces that are never learnt from.
    :param documents: of each shard how many were kept, held out and left out, and why.
    :param key: of all of it.
    """

    tokenizer: Tokenizer
    arrays: Mapping[str, Ids]
    held_out: Ids
    documents: Mapping[str, Mapping[str, int]]
    key: str

    @property
    def special(self) -> Special:
        """The tokenizer's pieces that stand for no text.

        :raises ZawiyaError: when it lacks one.
        """
        return special_of(self.tokenizer)


def prepare(settings: PretrainSettings) -> Path:
    """The folder of prepared text: that which the settings name, or one made now from their shards.

    It holds the tokenizer, the pieces of each shard and of what is held out, and ``manifest.json``; it can be taken
    elsewhere and named as ``text.shards`` there.
    """
    given = Path(settings.text.shards)
    if (given / _MANIFEST).is_file():
        return given
    work = Path(settings.work)
    work.mkdir(parents=True, exist_ok=True)
    text, documents_told = chosen_text(settings, work)
    path, key = begun(settings, text) if settings.begin else trained_tokenizer(settings, text, work)
    folder = work / f"pieces-{key}"
    if not (folder / _MANIFEST).is_file():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / "tokenizer.json")
        _tokenise(text, Tokenizer.from_file(str(path)), folder)
        with written_whole(folder / _MANIFEST) as unfinished:
            write_json(unfinished, {"key": key, "documents": documents_told})
    return folder


def load_prepared(folder: Path) -> Prepared:
    """Prepared text, its arrays mapped from disk.

    :raises ZawiyaError: when a part of it is missing.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        arrays = {name: read_pieces(folder / f"{name}.npy") for name in manifest["documents"]}
        held_out = read_pieces(folder / f"{_HELD_OUT}.npy")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # the tokenizers library raises a bare Exception
    except Exception as error:
        raise ZawiyaError(f"{folder}: expected prepared text, could not read it ({error}); prepare it anew") from error
    return Prepared(tokenizer, arrays, held_out, manifest["documents"], manifest["key"])


def chosen_text(settings: PretrainSettings, work: Path) -> tuple[Text, dict[str, Any]]:
    """Which documents are learnt from and which are held out, and how many were left out and why."""
    shards = tuple(find_shards(Path(settings.text.shards), settings.text.weights))
    identity = {name: value for name, value in asdict(settings.text).items() if name not in ("shards", "weights")}
    order = [(shard.name, shard.path.stat().st_size) for shard in shards]
    key = key_of([identity, order])
    path = work / f"documents-{key}.npz"
    counts = path.with_suffix(".json")
    if not path.is_file():
        log.info("choosing documents of %d shards", len(shards))
        fates, told = {}, {}
        for cleaned in clean(shards, settings.text):
            fates[cleaned.shard.name] = cleaned.fates
            told[cleaned.shard.name] = {
                "kept": int((cleaned.fates == KEPT).sum()),
                "held out": int((cleaned.fates == HELD_OUT).sum()),
                "left out": int((cleaned.fates == LEFT_OUT).sum()),
                **cleaned.reasons,
            }
            log.info("%s: %s", cleaned.shard.name, told[cleaned.shard.name])
        write_json(counts, told)
        with written_whole(path) as unfinished:
            _save_arrays(unfinished, fates)
    with np.load(path) as held:
        return Text(shards, dict(held), key), json.loads(counts.read_text(encoding="utf-8"))


def trained_tokenizer(settings: PretrainSettings, text: Text, work: Path) -> tuple[Path, str]:
    """The tokenizer of the chosen documents, and a key of it and them."""
    identity = [settings.shape.vocabulary, text.key]
    path = work / f"tokenizer-{key_of(identity)}.json"
    if not path.is_file():
        log.info("training a tokenizer of %d word pieces", settings.shape.vocabulary)
        sample = (
            passage
            for shard in text.shards
            for number, document in enumerate(text.documents(shard))
            if number % _SAMPLED == 0
            for passage in passages([document])
        )
        tokenizer = train_tokenizer(sample, vocabulary=settings.shape.vocabulary)
        with written_whole(path) as unfinished:
            tokenizer.save(str(unfinished))
    return path, key_of([identity, sha256(path)])


def begun(settings: PretrainSettings, text: Text) -> tuple[Path, str]:
    """The tokenizer of the encoder that is gone on from, and a key of it and the chosen documents."""
    path = tokenizer_of(Path(settings.begin or ""))
    # before an hour of cutting text by it
    special_of(Tokenizer.from_file(str(path)))
    return path, key_of([text.key, sha256(path)])


def tokenizer_of(encoder: Path) -> Path:
    """The tokenizer of the encoder that is gone on from.

    :raises ZawiyaError: when the folder has none.
    """
    path = encoder / "tokenizer.json"
    if not path.is_file():
        raise ZawiyaError(f"`begin`: expected the folder of an encoder, found no {path}")
    return path


def _tokenise(text: Text, tokenizer: Tokenizer, folder: Path) -> None:
    """Write the pieces of each shard, and of what is held out."""
    for shard in text.shards:
        path = folder / f"{shard.name}.npy"
        if not path.is_file():
            log.info("%s: %d pieces", shard.name, write_pieces(path, text.documents(shard), tokenizer))
    held_out = folder / f"{_HELD_OUT}.npy"
    if not held_out.is_file():
        write_pieces(held_out, (d for s in text.shards for d in text.documents(s, HELD_OUT)), tokenizer)


def key_of(identity: Sequence[Any]) -> str:
    """A short name for everything that decides a stage."""
    return hashlib.sha256(json.dumps(identity, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _save_arrays(path: Path, arrays: Mapping[str, NDArray]) -> None:
    with path.open("wb") as stream:
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
