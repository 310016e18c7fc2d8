"""What a set of short texts is about, and what in them must not be seen.

Computes only: no web, no database, no settings. ``documents`` holds the values that
cross the border; ``redact`` and ``screen`` look at one text; ``pipeline`` finds the
themes of many. Models are given by path or as objects, never fetched.
"""
