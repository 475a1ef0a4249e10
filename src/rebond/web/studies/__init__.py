"""What Rebond found on the facts at a date: immutable studies, numbered, one of them current."""
