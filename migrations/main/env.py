"""Migrations of the main database."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlmodel import SQLModel

import api.models
from api.settings import Settings
from migrations.environment import run

assert api.models.__all__, "importing the models fills the metadata"
run(SQLModel.metadata, Settings().main_dsn)
