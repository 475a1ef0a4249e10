"""Help in someone's place: an administrator sees the site as a person does, with a reason, for a while, in the open."""
