"""Young advisers look at a draft by a link, vote and propose; officers decide and answer; all of it becomes the record."""
