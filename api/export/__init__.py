"""A researcher asks for coded voice data, a second person releases it, the file is made anew at each download.

``service`` holds the steps (ask, decide, end, hand out), ``content`` says what a release
holds now and what of it needs a second look, ``package`` writes the files. Three rules
carry it: who is in a release is fixed when it is asked for, so it can lose answers but
never gain any; whatever was withdrawn since is gone from the next download; and its
pseudonyms are its own, so that two releases cannot be joined.
"""
