"""The edge: workbook, sample territory, document renderers."""
