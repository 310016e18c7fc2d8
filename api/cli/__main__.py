"""``python -m api.cli`` is the same as ``earshot``."""

from __future__ import annotations

from api.cli import main

main()
