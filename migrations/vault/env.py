"""Migrations of the vault."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from api.settings import Settings
from api.vault.tables import vault_registry
from migrations.environment import run

run(vault_registry.metadata, Settings().vault_dsn)
