"""The roadmap: needs of interviews as actions with an owner and a date."""
