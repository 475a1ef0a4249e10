"""The sample territory keeps the totals of the real mission, and belongs to nobody."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from rebond.adapters.sample import SampleRows, sample_layout, sample_rows, sample_truth, write_sample, write_truth
from rebond.adapters.sample.source import SAMPLE_FOLDER
from rebond.adapters.workbook import read_census
from rebond.data import data_folder
from rebond.eligibility.naf import section_of
from rebond.eligibility.places import load_gazetteer
from rebond.facts import UNKNOWN, Census
from rebond.regimes.account import GRANT_CEILING if False else None  # noqa
