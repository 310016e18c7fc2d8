"""The desk of the participation officer: themes the computer suggests, a person decides, set beside the measures.

``fitting`` runs in the worker and stores a run whole; ``vectors`` keeps the embeddings it is made from; ``sizes`` counts people, live and
protected; ``desk`` is what the pages show; ``beside`` finds the figures of the same area
and period; ``decisions`` is what an officer does, each audited. A figure about
respondents leaves this folder only through ``survey_engine.disclosure``.
"""
