"""A practitioner logs what a child said or showed, by pseudonym: the child's own words apart from the practitioner's view."""
