"""The invented county of Marlshire, for ``earshot demo``.

No real council, child, worker, school or town: everything here was made up for Earshot.
``county`` makes the people and what they answer, ``measures`` the administrative files of
the same county and period, both from a seed and the same each time. The words themselves
are data (``voices/*.yaml``), written to be read. Storing them is ``load``'s work, through
the same services as a real person's answers.
"""
