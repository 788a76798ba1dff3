"""A process that labels for days stays as it is: no memory, file or thread is left behind by a run."""

import gc
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.infer.run import run
from zawiya.labeler import Labeler

from .conftest import ACCUSING, THANKING, add_broken

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="asks Linux for memory and open files"),
]

TIMES = 300
WARM_UP = 60
#: Bytes that may come on top between the end of the warm-up and the end: allocators hold a little more now and then.
GROWTH = 12 << 20


def held() -> tuple[int, int, int]:
    """Bytes of memory, open files, threads."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE"), len([*Path("/proc/self/fd").iterdir()]), threading.active_count()


def soak(act) -> None:
    for _ in range(WARM_UP):
        act()
    memory, files, threads = held()
    for _ in range(TIMES - WARM_UP):
        act()
    memory_now, files_now, threads_now = held()
    assert files_now <= files
    assert threads_now <= threads
    assert memory_now - memory < GROWTH, f"{(memory_now - memory) / 2**20:.1f} MB more"


def test_runs_over_a_folder_leave_nothing_behind(settings, labeler, news):
    add_broken(news)
    again = replace(settings, overwrite=True)
    soak(lambda: run(again, labeler=labeler))


def test_runs_that_find_nothing_new_leave_nothing_behind(settings, labeler):
    soak(lambda: run(settings, labeler=labeler))


def test_the_embedded_model_leaves_nothing_behind():
    labeler = Labeler.load(threads=1)
    soak(lambda: labeler.label(ACCUSING + THANKING))
