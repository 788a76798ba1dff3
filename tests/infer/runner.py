"""Runs that can be killed: a process that has loaded everything and forks for each run, so that a start costs nothing.

One JSON object a line comes in: ``settings``, and when to die: ``after`` seconds, or ``at`` the so-manieth thing that is
done to the results folder. One goes out: what became of the run, and how many things it did.
"""

import json
import os
import signal
import sys
from pathlib import Path

import numpy as np

from tests.infer import conftest
from zawiya.backends import Logits
from zawiya.infer import intake, writers
from zawiya.infer.run import run
from zawiya.infer.settings import InferSettings
from zawiya.inputs import Batch, Encoder
from zawiya.labeler import Labeler
from zawiya.prediction import EncoderJudge
from zawiya.reading.reader import read_bytes
from zawiya.taxonomy import Taxonomy

#: What Python tells of files, before it does it.
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}
#: Small enough that a run has many groups.
GROUP = 400


class Company(conftest.WordBackend):
    """A model whose scores depend on all that it reads at once, so that groups that fall otherwise do not go unseen."""

    def run(self, batch: Batch) -> Logits:
        logits = super().run(batch)
        leaning = np.float32(batch.input_ids.sum() % 97) / 50 * np.array([1, 0, 2, 3], dtype=np.float32)
        return Logits(logits.stance + leaning, logits.holder, logits.frames)


def make_labeler(folder: Path) -> Labeler:
    return Labeler(
        judge=EncoderJudge(conftest.word_bundle(), Encoder.of(conftest.word_tokenizer(), longest=32), Company()),
        taxonomy=Taxonomy.load(folder / "actors.yaml", folder / "frames.yaml"),
        fingerprint="0123456789abcdef",
    )


class Deeds:
    """Counts what is done to a folder, and kills the process before a certain deed."""

    def __init__(self, folder: str, last: int) -> None:
        self.count = 0
        self._folder, self._last = folder, last
        sys.addaudithook(self._hear)
        self._watch(os, "fsync")
        for name in ("write_table", "close"):
            self._watch(writers.pq.ParquetWriter, name)

    def _hear(self, event: str, arguments: tuple) -> None:
        if event in EVENTS and str(arguments[0]).startswith(self._folder):
            self._deed()

    def _watch(self, owner: object, name: str) -> None:
        true = getattr(owner, name)

        def watched(*arguments, **options):
            self._deed()
            return true(*arguments, **options)

        setattr(owner, name, watched)

    def _deed(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def one_run(labeler: Labeler, order: dict, tell: int) -> None:
    """In the process that was forked."""
    deeds = Deeds(order["settings"]["out"], order.get("at", 0))
    if "after" in order:
        # by itself this signal ends a process as SIGKILL does: nothing of the program runs any more
        signal.setitimer(signal.ITIMER_REAL, order["after"])
    summary = run(InferSettings(**order["settings"]), labeler=labeler)
    signal.setitimer(signal.ITIMER_REAL, 0)
    said = {"added": summary.added, "unchanged": summary.unchanged, "gone": summary.gone, "deeds": deeds.count}
    os.write(tell, json.dumps(said).encode())


def main() -> None:
    labeler = make_labeler(Path(sys.argv[1]))
    intake.GROUP = GROUP
    # what is made at its first use is made here, once for all
    labeler.label(conftest.ACCUSING)
    list(read_bytes(conftest.ACCUSING.encode(), source="a.txt", format="txt"))
    for line in sys.stdin:
        order = json.loads(line)
        order["settings"]["paths"] = tuple(order["settings"]["paths"])
        hear, tell = os.pipe()
        child = os.fork()
        if not child:
            status = 1
            try:
                one_run(labeler, order, tell)
                status = 0
            finally:
                sys.stderr.flush()
                os._exit(status)
        os.close(tell)
        _, status = os.waitpid(child, 0)
        said = os.read(hear, 1000)
        os.close(hear)
        sys.stdout.write(json.dumps({"status": os.waitstatus_to_exitcode(status), **json.loads(said or b"{}")}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
