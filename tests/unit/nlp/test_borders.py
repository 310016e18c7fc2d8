"""What the web process may import of nlp stays light."""

from __future__ import annotations

import subprocess
import sys


def test_documents_and_stored_runs_bring_no_language_library():
    code = "import sys, nlp.documents, nlp.runs; print([m for m in ('spacy','numpy','sklearn','bertopic','onnxruntime') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
