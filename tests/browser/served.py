"""``earshot demo`` on a county of its own: ``python -m tests.browser.served FOLDER [options of demo]``."""

from __future__ import annotations

import sys
from pathlib import Path

from api import cli
from api.demo import load

if __name__ == "__main__":
    load.DEMO_DIR = Path(sys.argv[1])
    cli.app(["demo", *sys.argv[2:]])
