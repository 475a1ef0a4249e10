"""Studies kept in memory between two runs of a mission, so that only what changed is studied again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.robust.analysis import KeptAnalyses
from rebond.study.inputs import KeptAwards
from rebond.study.project import ProjectStudy


class KeptStudies(Mapping[str, ProjectStudy]):
    """The last studies by digest, at most ``most`` of them; and the answers of the solver, as bounded.

    For a worker that computes several missions in turn: a study is another mission's only when both read the same.
    Losing one costs its time, never a figure.
    """

    def __init__(self, most: int = 1500) -> None:
        self._most = most
        self._studies: OrderedDict[str, ProjectStudy] = OrderedDict()
        self._lock = Lock()
        self.solved = SolvedParts(most)
        self.analyses = KeptAnalyses()
        self.awards = KeptAwards(most)

    def keep(self, studies: Iterable[ProjectStudy]) -> None:
        """Keep these; those used longest ago go when there are too many."""
        with self._lock:
            for study in studies:
                self._studies[study.digest] = study
                self._studies.move_to_end(study.digest)
            while len(self._studies) > self._most:
                self._studies.popitem(last=False)

    def __getitem__(self, key: str) -> ProjectStudy:
        """The study of that digest, which counts as used."""
        with self._lock:
            self._studies.move_to_end(key)
            return self._studies[key]

    def __iter__(self) -> Iterator[str]:
        """The digests, the one used longest ago first."""
        with self._lock:
            return iter(list(self._studies))

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._studies)
