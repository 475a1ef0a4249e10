"""A mission in and out: its workbook exported, brought back, compared, applied whole and undone; its archive."""
