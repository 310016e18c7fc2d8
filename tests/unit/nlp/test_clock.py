"""What a stage is said to cost is what this process had, whoever started it."""

from __future__ import annotations

import subprocess
import sys

from nlp.clock import peak_mb

LARGE_PARENT = """
import subprocess, sys
from nlp.clock import peak_mb

held = bytearray(b"x") * 200_000_000
assert peak_mb() > 190
del held
subprocess.run([sys.executable, "-c", "from nlp.clock import peak_mb; print(peak_mb())"], check=True)
"""


def test_the_peak_grows_with_what_is_held() -> None:
    before = peak_mb()
    held = bytearray(b"x") * int((before + 50) * 2**20)
    assert peak_mb() >= before + 50
    assert held


def test_the_peak_of_whoever_started_this_process_is_not_counted() -> None:
    told = subprocess.run([sys.executable, "-c", LARGE_PARENT], check=True, capture_output=True, text=True, timeout=60)
    assert 1 < float(told.stdout) < 150
