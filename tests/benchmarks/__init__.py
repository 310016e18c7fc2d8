"""Measurements, not tests: whole journeys and pipelines on real parts. Run by ``./run bench``; never part of the suite."""
