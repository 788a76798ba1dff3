"""From the files of a set to corpus files, with the lists that a config needs beside them and the counts to check by."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zawiya.corpus import write_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import STANCES, Article

from .format import Format

#: Lists written beside the corpus files.
ACTORS_FILE = "actors.yaml"
FRAMES_FILE = "frames.yaml"


@dataclass(frozen=True, slots=True)
class Imported:
    """One corpus file that was written, and what is in it.

    :param unlabelled: rows of the source without a label, which were not written.
    :param appended: those of ``targets`` that their text does not name.
    :param warnings: how often each repair or omission was made, by its words.
    """

    path: Path
    articles: int
    unlabelled: int
    sentences: int
    targets: int
    appended: int
    stances: Mapping[str, int]
    frames: Mapping[str, int]
    warnings: Mapping[str, int]


def import_files(form: Format, files: Sequence[Path], out: Path, *, name: str) -> list[Imported]:
    """Write one corpus file for each file of a set, and the actor and frame lists to train on them.

    Nothing is written before every file has been read. Ids become ``name-file-id``, so that the files of a set can be
    trained on together.

    :raises FaultsError: with every fault of all files.
    :raises ZawiyaError: when two files would be written to one place, or a file over its own source.
    """
    targets = _targets(files, out)
    faults: list[tuple[str, tuple[str, ...]]] = []
    read: list[list[Article]] = []
    for file, target in zip(files, targets, strict=True):
        try:
            read.append([replace(a, id=f"{name}-{target.stem}-{a.id}") for a in form.read(file)])
        except FaultsError as error:
            faults.append((error.source, error.faults))
    if len(faults) == 1:
        raise FaultsError(*faults[0])
    if faults:
        raise FaultsError(f"{len(faults)} files", [f"{source}, {fault}" for source, own in faults for fault in own])
    _write_lists(form, out)
    return [_write(articles, target, form) for articles, target in zip(read, targets, strict=True)]


def _targets(files: Sequence[Path], out: Path) -> list[Path]:
    """Where each file is written: by its stem, made of letters that are safe everywhere."""
    owners: dict[Path, Path] = {}
    sources = {file.resolve() for file in files}
    for file in files:
        stem = re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_")
        target = out / f"{stem or 'file'}.jsonl"
        if target in owners:
            raise ZawiyaError(
                f"{owners[target]} and {file} would both be written to {target}; import them into two folders"
            )
        if target.resolve() in sources:
            raise ZawiyaError(f"{target} would be written over a file of the set; choose another folder with --out")
        owners[target] = file
    return list(owners)


def _write(articles: Sequence[Article], target: Path, form: Format) -> Imported:
    kept = [article for article in articles if article.sentences]
    sentences = [sentence for article in kept for sentence in article.sentences]
    mentions = [mention for sentence in sentences for mention in sentence.mentions]
    stances = Counter(mention.stance for mention in mentions)
    frames = Counter(frame for sentence in sentences for frame in sentence.frames)
    return Imported(
        path=target,
        articles=write_corpus(target, kept),
        unlabelled=len(articles) - len(kept),
        sentences=len(sentences),
        targets=len(mentions),
        appended=sum(mention.appended for mention in mentions),
        stances={stance: stances[stance] for stance in STANCES} if mentions else {},
        frames={frame.id: frames[frame.id] for frame in form.frames},
        warnings=dict(Counter(warning for article in articles for warning in article.warnings)),
    )


def _write_lists(form: Format, out: Path) -> None:
    # here, not above: the program's --help needs no YAML
    import yaml

    def write(name: str, comment: str, content: Mapping[str, object]) -> None:
        text = yaml.safe_dump({"version": 1, **content}, allow_unicode=True, sort_keys=False, width=110)
        (out / name).write_text(f"# {comment}\n{text}", encoding="utf-8")

    out.mkdir(parents=True, exist_ok=True)
    # a name that the matcher finds and the set does not label would be learnt as not-an-actor
    write(ACTORS_FILE, "No names to look for: the targets come with the set.", {"actors": []})
    # an empty frame list too: without it every sentence would be learnt to have none of those that come with zawiya
    frames = [frame._asdict() for frame in form.frames]
    write(FRAMES_FILE, f"Frames of: {form.description}", {"frames": frames})


def config_lines(written: Sequence[Imported]) -> str:
    """The part of a training config that names these files; which is for what is guessed from their names."""
    import yaml

    data: dict[str, list[str]] = {"train": [], "dev": [], "test": []}
    for item in written:
        # dev_test and devtest are tests by name
        split = next((split for split in ("test", "dev") if split in item.path.stem), "train")
        data[split].append(str(item.path))
    lists = {name: str(written[0].path.with_name(f"{name}.yaml")) for name in ("actors", "frames")}
    # wide: a long list of files stays on its line
    return yaml.safe_dump(
        {**lists, "data": data}, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000
    )
