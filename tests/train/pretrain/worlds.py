"""A little text in two files, and settings small enough for it."""

from dataclasses import replace
from pathlib import Path

from zawiya.train.pretrain.settings import (
    EncoderShape,
    LearningSettings,
    PretrainSettings,
    TextSettings,
    VectorSettings,
)

#: Two subjects whose words never meet.
SUBJECTS = (("جيش", "حرب", "قصف", "معركة", "دبابة"), ("ماء", "خبز", "حليب", "عسل", "زيت"))
SHAPE = EncoderShape(vocabulary=160, width=16, hidden=32, layers=1, heads=2, longest=32)
LEARNING = LearningSettings(objective="masked", steps=6, batch_size=4, length=16, save_every=2, report_every=1)


def documents(count: int = 60) -> list[str]:
    """Documents that differ, each of one subject."""
    made = []
    for number in range(count):
        words = SUBJECTS[number % 2]
        order = [words[(number // 2 + step * (1 + number % 3)) % 5] for step in range(12)]
        made.append(" ".join([*order, f"{number}"]) + ".")
    return made


def write_text(folder: Path, **files: list[str]) -> Path:
    """A folder of shards."""
    folder.mkdir(exist_ok=True)
    for name, texts in files.items():
        (folder / f"{name}.txt").write_text("\n\n".join(texts), encoding="utf-8")
    return folder


def small(folder: Path, **changes: object) -> PretrainSettings:
    """Settings of a run on a folder's own little text."""
    text = write_text(folder / "text", news=documents(), books=documents(40)[::-1])
    settings = PretrainSettings(
        TextSettings(str(text), {"news*": 2.0, "*": 1.0}, shortest=5, likeness=1.0, held_out=0.2),
        out=str(folder / "encoder"),
        work=str(folder / "work"),
        shape=SHAPE,
        vectors=VectorSettings(epochs=0, threads=1),
        learning=LEARNING,
    )
    return replace(settings, **changes)
