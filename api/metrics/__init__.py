"""Administrative measures: what is already counted about an area, to stand beside what children say.

``recognise`` tells what a file is by its content; ``dfe`` and ``ssda903`` turn what it
holds into ``Measure`` values of the indicators in ``indicators.yaml``. These modules are
pure: bytes and values in, values out. No row about one child ever leaves them.
"""
