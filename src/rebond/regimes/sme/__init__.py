"""EU size class of a firm, its group included (Recommendation 2003/361/EC; thresholds in ``taille_ue.yaml``)."""

from rebond.regimes.sme.reading import load_thresholds
from rebond.regimes.sme.result import SizeResult, size_class
from rebond.regimes.sme.thresholds import Ceiling, Figures, GroupRule, SizeClass, SizeThresholds

__all__ = [
    "Ceiling",
    "Figures",
    "GroupRule",
    "SizeClass",
    "SizeResult",
    "SizeThresholds",
    "load_thresholds",
    "size_class",
]
