"""What each stage of a run costs in time and memory, and who is told that it goes on."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlp.documents import Stage

Progress = Callable[[str, float], None]
"""Told the name of a stage and the share of it that is done, 0 to 1."""


class Clock:
    """Measures stages one after another and tells ``progress`` of their beginning and end."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.stages: list[Stage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Within it is one stage."""
        self.progress(name, 0.0)
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
        self.stages.append(Stage(name, round(wall_s, 4), round(cpu_s, 4), round(peak_mb(), 1)))
        self.progress(name, 1.0)


def peak_mb() -> float:
    """The most memory this process has had so far, in megabytes."""
    # Linux hands down in ``getrusage`` the peak of whichever process started this one; its own is told here alone.
    own = Path("/proc/self/status")
    if own.exists():
        for line in own.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
