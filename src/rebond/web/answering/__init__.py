"""Referrals answered from the letter that sent them, without an account."""
