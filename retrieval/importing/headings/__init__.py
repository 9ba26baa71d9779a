"""What headings look like, in all the ways in which people write them; one paragraph at a time."""
