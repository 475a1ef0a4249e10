"""Firms met, their sites, accounts, groups and aid already obtained."""
