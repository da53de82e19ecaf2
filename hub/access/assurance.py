"""How surely a provider knew who somebody was: its values of `acr` in their order, and what counts as a second factor.

Providers name their levels differently, so the operator writes them down, the weakest first (OpenID Connect Core,
section 2, leaves their meaning to an agreement between the parties). `amr` (RFC 8176) tells the methods used.
"""

from dataclasses import dataclass
from typing import Self

from hub.access.tables import Provider
from hub.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Assurance:
    """What a provider can say, and what the hub demands of it."""

    levels: tuple[str, ...] = ()
    least: str | None = None
    second_factor: str | None = None
    methods: frozenset[str] = frozenset()

    @classmethod
    def of(cls, provider: Provider) -> Self:
        """That of a provider."""
        return cls(
            tuple(provider.levels),
            provider.least_level,
            provider.second_factor_level,
            frozenset(provider.second_factor_methods),
        )

    def check(self) -> None:
        """Raises InvalidInput when a level is demanded that is not in the list, or a level stands in it twice."""
        demanded = {level for level in (self.least, self.second_factor) if level is not None}
        if not demanded <= set(self.levels) or len(set(self.levels)) != len(self.levels):
            raise InvalidInput("A level that is demanded must stand in the list of levels, and each stands there once.")
        if any(not level or " " in level for level in self.levels):
            raise InvalidInput("A level is a word without spaces, as the provider writes it in acr.")

    def asks(self, *, second_factor: bool) -> str | None:
        """The value of `acr_values` for a sign-in: every level that will do, the weakest first; None for no demand."""
        wanted = self._wanted(second_factor=second_factor)
        return None if wanted is None else " ".join(self.levels[self.levels.index(wanted) :])

    def suffices(self, acr: str | None, methods: frozenset[str], *, second_factor: bool) -> bool:
        """Whether a sign-in reached what was asked."""
        if second_factor:
            return self.has_second_factor(acr, methods)
        return self.least is None or self._reaches(acr, self.least)

    def has_second_factor(self, acr: str | None, methods: frozenset[str]) -> bool:
        """Whether a sign-in had a second factor, by its level or by its methods."""
        by_level = self.second_factor is not None and self._reaches(acr, self.second_factor)
        return by_level or bool(methods & self.methods)

    def _wanted(self, *, second_factor: bool) -> str | None:
        return self.second_factor if second_factor and self.second_factor is not None else self.least

    def _reaches(self, acr: str | None, level: str) -> bool:
        return acr in self.levels and self.levels.index(acr) >= self.levels.index(level)
