"""A plan: its lines, how sure each euro is, its calendar, what to remark."""
