"""The same rules over millions of rows."""
