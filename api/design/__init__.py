"""Surveys before anybody answers them: ready-made or imported, looked at, checked, published for a wave."""
