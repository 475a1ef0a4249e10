"""The one way to read mission data: ``Model.objects.visible_to(user)``.

What an import withdrew is only in ``Model.ever``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

from rebond.web.search_text import words_sought

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User
    from rebond.web.missions.data import MissionData
    from rebond.web.missions.models import Mission, MissionQuerySet
    from rebond.web.studies.models import Study

M = TypeVar("M", bound="MissionData")


def end_of(model: type[models.Model], path: str) -> Any:
    """The model that a path of relations leads to, forwards or back: whom to ask without a module that imports it."""
    found: Any = model
    for step in path.split("__"):
        found = found._meta.get_field(step).related_model
    return found


class MissionDataQuerySet(models.QuerySet[M]):
    """Rows that belong to a mission, directly or through the relation that their model names ``MISSION_PATH``."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The rows that a person may read whole; what others are shown of a row is ``disclosure``'s work.

        The team reads its missions. The committee reads the call, and what is put before it (``COMMITTEE_PATH``).
        Partners, firms and observers are given no row at all.
        """
        seen = models.Q(**{f"{self._path}__in": self._missions.of_team(user)})
        if self.model.COMMITTEE_ALWAYS:
            seen |= models.Q(**{f"{self._path}__in": self._missions.of_committee(user)})
        elif path := self.model.COMMITTEE_PATH:
            # Who is shown a project is asked of the rows that hang on it.
            shared = end_of(self.model, "shared" if path == "pk" else f"{path}__shared")
            before = shared.objects.before_the_committee(self._missions.of_committee(user))
            seen |= models.Q(**{f"{path}__in": before.values("project")})
        return self._own(user).filter(seen)

    def may_change(self, user: User | AnonymousUser) -> Self:
        """The rows that a person may change: facts are the team's, decisions the pilot's; nothing of an archive."""
        if self.model.SITE_WRITES:
            return self.none()
        every = self._missions
        missions = every.piloted_by(user) if self.model.PILOT_DECIDES else every.of_team(user)
        return self._own(user).in_missions(missions.current())

    def of_partner(self, user: User | AnonymousUser, code: str) -> Self:
        """The rows of the organisations for which a person is a partner today; ``code``: the path to their key."""
        if not user.is_authenticated:
            return self.none()
        parts = end_of(self.model, f"{self._path}__memberships").objects.as_partner(user)
        mine = parts.filter(mission=models.OuterRef(self._path), organisation__code=models.OuterRef(code))
        return self.filter(models.Exists(mine))

    def _own(self, user: User | AnonymousUser) -> Self:
        """Of what belongs to each person, what is one's own."""
        return self.filter(**{f"{self.model.OWNER}_id": user.pk}) if self.model.OWNER else self

    def in_missions(self, missions: models.QuerySet[Mission]) -> Self:
        """The rows of some missions."""
        return self.filter(**{f"{self._path}__in": missions})

    def of(self, mission: Mission) -> Self:
        """The rows of one mission."""
        return self.filter(**{self._path: mission})

    def next_number(self) -> int:
        """One more than any of these rows bears; asked of ``ever``, no number is given twice."""
        last: int | None = self.order_by().aggregate(last=models.Max("number"))["last"]
        return (last or 0) + 1

    @property
    def _path(self) -> str:
        path: str = self.model.MISSION_PATH
        return path

    @property
    def _missions(self) -> MissionQuerySet:
        """Every mission: the model at the end of the path says who takes part in which."""
        found: MissionQuerySet = end_of(self.model, self._path).objects.all()
        return found


class Present(models.Manager[M]):
    """Rows that no import withdrew, nor what they belong to: those of the model's ``WITHDRAWN_PATHS`` are out.

    It is the default manager, so what hangs on a row (``project.costs``) is read through it too.
    """

    def get_queryset(self) -> models.QuerySet[M]:
        """What the mission holds today."""
        paths: tuple[str, ...] = self.model.WITHDRAWN_PATHS
        return super().get_queryset().filter(**{f"{path}__isnull": True for path in paths})


class SearchedQuerySet(MissionDataQuerySet[M]):
    """Rows whose model keeps, in ``search``, the plain text that people look for."""

    def matching(self, text: str) -> Self:
        """The rows whose text holds every word."""
        found = self
        for word in words_sought(text):
            found = found.filter(search__contains=word)
        return found


class StudiedQuerySet(SearchedQuerySet[M]):
    """Facts that a study finds something of: its finding comes with each row, as ``finding``, in the same query."""

    def with_finding(self, study: Study | None, *, record: bool = False) -> Self:
        """``finding`` is ``None`` without a study, or when the row was not there yet; ``record``: its detail too."""
        of_study = models.Q(findings__study=0 if study is None else study.pk)
        rows = self.annotate(finding=models.FilteredRelation("findings", condition=of_study))
        return rows.select_related("finding__record" if record else "finding")


class StudyDataQuerySet(MissionDataQuerySet[M]):
    """Rows of studies."""

    def found_by(self, study: Study | None) -> Self:
        """What one study found; nothing without a study."""
        return self.none() if study is None else self.filter(study=study)
