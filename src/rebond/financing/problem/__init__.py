"""A financing problem: what is asked, whether it can be, how it is written in JSON."""
