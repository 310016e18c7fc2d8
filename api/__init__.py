"""The shell: the web, the databases, the clock.

Each feature (``collect``, ``observe``, ``design``, ``review``, ``safeguard``, ``export``,
``metrics``, ``manage``) is a folder that reads top to bottom and knows no other feature.
They stand on shared lower layers; who may import whom is the contract in
``pyproject.toml``, drawn in ``docs/architecture.md``.
"""
