"""Who is shown what of a mission: put at disposal, consent of firms, and what each role is then given."""
