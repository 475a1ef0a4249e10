"""Files attached to the sheets of firms and projects: what each proves, by whom, kept out of the web's reach."""
