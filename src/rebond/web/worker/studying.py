"""Study the missions that want it: by a worker that stays, or once, for the command line."""

from __future__ import annotations

import time
from collections import OrderedDict

from rebond import __version__
from rebond.web.financing.study import current_rulebook
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from rebond.web.worker.computing import KeptMission, Progress, fail, read_facts, study_facts
from rebond.web.worker.leases import Lease, LostLeaseError, take
from rebond.web.worker.models import Work
from rebond.web.worker.needs import Bursts, Want, wanted
from rebond.web.worker.previews import study_previews

_KEPT_MISSIONS = 4
"""Missions whose studies stay in memory: about 0.3 MB a project."""
_MOST_ATTEMPTS = 3
KILLED = (
    "Le calcul s’est arrêté trois fois avant sa fin, sans dire pourquoi : la mémoire de la machine n’a sans doute pas "
    "suffi. Il reprendra au prochain changement, ou sur demande."
)
BUSY = "Un autre processus étudie cette mission en ce moment."


class Studies:
    """What a worker keeps between two studies: for each mission, what its projects' studies read and found."""

    def __init__(self, bursts: Bursts | None = None) -> None:
        self._bursts = bursts or Bursts()
        self._kept: OrderedDict[int, KeptMission] = OrderedDict()

    def turn(self) -> Study | None:
        """The study of the mission that waits longest, ``None`` when no mission is due or all are being studied."""
        for want in self._bursts.due(self._wanted()):
            study = self._study(want)
            if study is not None:
                return study
        return None

    def previews(self) -> bool:
        """The figures of an import that waits for its decision; ``False`` when none is asked."""
        return study_previews(lambda mission: self._kept_of(mission).studies)

    def _wanted(self) -> list[Want]:
        return wanted(catalogue=current_rulebook().catalogue.version, engine=__version__)

    def _study(self, want: Want) -> Study | None:
        mission = Mission.objects.filter(pk=want.mission).first()
        lease = take(mission, Work.Kind.STUDY, on=str(want.state)) if mission else None
        if mission is None or lease is None:
            return None
        self._bursts.begun(want.mission)
        with lease.kept():
            # Another worker may have made it between the two looks.
            still = next((each for each in self._wanted() if each.mission == want.mission), None)
            if still is None:
                return None
            try:
                return _studied(mission, lease, self._kept_of(want.mission), lease.step, still.why)
            except LostLeaseError:
                return None

    def _kept_of(self, mission: int) -> KeptMission:
        kept = self._kept.setdefault(mission, KeptMission())
        self._kept.move_to_end(mission)
        while len(self._kept) > _KEPT_MISSIONS:
            self._kept.popitem(last=False)
        return kept


def _studied(mission: Mission, lease: Lease, kept: KeptMission | None, progress: Progress, why: str) -> Study:
    progress("Lecture des faits")
    facts = read_facts(mission)
    if lease.attempts > _MOST_ATTEMPTS:
        return fail(facts, KILLED, lease=lease, why=why)
    return study_facts(facts, lease=lease, kept=kept, progress=progress, why=why)


def study_now(
    mission: Mission, *, why: str, progress: Progress | None = None, patience: float = 0.0, pause: float = 0.5
) -> Study | None:
    """Study a mission here and now, whatever its latest study read; ``None`` when another process has it all along."""
    deadline = time.monotonic() + patience
    while (lease := take(mission, Work.Kind.STUDY, on=str(mission.facts_state))) is None:
        if time.monotonic() >= deadline:
            return None
        time.sleep(pause)

    def step(words: str) -> None:
        lease.step(words)
        if progress:
            progress(words)

    with lease.kept():
        return _studied(mission, lease, None, step, why)
