"""The committee's choice: what it takes of the envelope, what no longer fits, the rules set on top."""
