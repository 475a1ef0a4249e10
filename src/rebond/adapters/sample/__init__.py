"""The sample territory: real communes of Chaumont-Langres, fictitious firms and projects.

What people wrote by hand is in ``data/demo/chaumont-langres/source``; the noise of the partners' lists is
drawn here, from a seed. ``python -m rebond.adapters.sample --out FILE.xlsx`` writes the census workbook.
"""

from rebond.adapters.sample.partners import TruthRow, sample_truth
from rebond.adapters.sample.rows import DEFAULT_SEED, SampleRows, sample_layout, sample_rows
from rebond.adapters.sample.writing import write_sample, write_truth

__all__ = [
    "DEFAULT_SEED",
    "SampleRows",
    "TruthRow",
    "sample_layout",
    "sample_rows",
    "sample_truth",
    "write_sample",
    "write_truth",
]
