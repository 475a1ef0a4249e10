"""Who is already known: what people settle about partners' lines."""
