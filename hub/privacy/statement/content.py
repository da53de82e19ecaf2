"""A statement as a document: headings, sentences, lists and tables, in the reader's language. Not yet a form.

Page and PDF are made from the same document, so they cannot tell different things.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from hub.i18n import Language, translate
from hub.privacy.consent import Consent
from hub.privacy.statement.facts import Reading, Shared, Statement
from hub.privacy.statement.words import (
    ASK_MESSAGES,
    FIELD_MESSAGES,
    GIVER_MESSAGES,
    GROUND_MESSAGES,
    PURPOSE_MESSAGES,
    RECEIVER_MESSAGES,
    ROLE_MESSAGES,
    TYPE_MESSAGES,
    at_moment,
    listed,
    on_day,
    said,
)
from hub.privacy.visibility import FIELDS


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the document. A table has `headers` and `rows`; a list has `rows` of one item."""

    kind: Literal["heading", "paragraph", "list", "table"]
    text: str = ""
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The whole, with its title and language."""

    title: str
    language: Language
    blocks: tuple[Block, ...]

    def as_data(self) -> dict[str, Any]:
        """The document as plain data."""
        return asdict(self)


def document_of(statement: Statement, language: Language) -> Document:
    """The statement in words."""
    author = _Author(statement, language)
    blocks = (
        *author.about(),
        *author.parties(),
        *author.basis(),
        *author.readers(),
        *author.keeping(),
        *author.rights(),
        *author.making(),
    )
    return Document(translate("What was shared about your child", language), language, blocks)


_PARTY_TITLES = ("Organisation", "What it does", "Since", "What it may see now", "Why that is allowed")
_READING_TITLES = ("When", "Who", "What", "Why that was allowed", "For what")
_TERM_TITLES = ("Organisation", "May see it until")
_RIGHTS_MESSAGES = (
    "You may see everything that is kept about your child (AVG article 15).",
    "You may have what is wrong corrected (AVG article 16), and ask to have it erased (AVG article 17).",
    "You may object (AVG article 21). The organisation must answer you within a month.",
    "You may take back consent at any moment (AVG article 7). From then on nothing more is shared.",
    "From 16 years on the pupil decides on this.",
)


class _Author:
    """Writes one statement in one language."""

    def __init__(self, statement: Statement, language: Language) -> None:
        self._statement = statement
        self._language = language

    def about(self) -> Iterator[Block]:
        """Which case it is."""
        facts = self._statement
        names = {
            "school": facts.school,
            "what": said(TYPE_MESSAGES, facts.type, self._language),
            "when": at_moment(facts.opened_at, self._language),
        }
        yield self._paragraph(self.translate("On %(when)s %(school)s sent %(what)s through Samenspel.", **names))
        yield self._paragraph(
            self.translate("Here you read what was shared, with whom, why that was allowed, and who read it.")
        )
        yield self._paragraph(self.translate("The number of this case is %(case)s.", case=str(facts.case_id)))

    def parties(self) -> Iterator[Block]:
        """With whom it was shared, and what each may see."""
        yield self._heading(self.translate("With whom was it shared?"))
        if not self._statement.shared:
            yield self._paragraph(self.translate("With nobody yet. Samenspel is looking for who can help."))
            return
        yield Block("table", headers=self._all(_PARTY_TITLES), rows=tuple(map(self._party, self._statement.shared)))
        yield self._paragraph(
            self.translate("Other organisations see nothing. The figures for the region hold no names and no cases.")
        )

    def basis(self) -> Iterator[Block]:
        """Consent, or the lawful purpose without it."""
        yield self._heading(self.translate("Is there consent?"))
        facts = self._statement
        if facts.without_consent is not None:
            yield self._paragraph(
                self.translate(
                    "The school shares without consent: %(why)s.",
                    why=self._said(GROUND_MESSAGES, facts.without_consent),
                )
            )
        for consent in facts.consents:
            yield Block("paragraph", self._consent(consent))
        if not facts.consents and facts.without_consent is None:
            yield self._paragraph(
                self.translate("No. So the team of the municipality does not get to see who the pupil is.")
            )

    def readers(self) -> Iterator[Block]:
        """Who read something personal, each time."""
        yield self._heading(self.translate("Who read it, and when?"))
        if not self._statement.readings:
            yield self._paragraph(self.translate("Nobody has opened the case yet."))
            return
        yield Block(
            "table", headers=self._all(_READING_TITLES), rows=tuple(map(self._reading, self._statement.readings))
        )

    def keeping(self) -> Iterator[Block]:
        """Until when it is kept."""
        yield self._heading(self.translate("Until when is it kept?"))
        facts = self._statement
        if facts.erased_at is not None:
            yield self._paragraph(
                self.translate(
                    "On %(when)s everything personal was erased. Nobody can read it any more.",
                    when=at_moment(facts.erased_at, self._language),
                )
            )
            return
        if facts.kept_until is not None:
            yield self._paragraph(
                self.translate(
                    "At the latest on %(when)s everything personal is erased by itself, if nothing more happens.",
                    when=on_day(facts.kept_until, self._language),
                )
            )
        until = [(one.organisation, one.until) for one in facts.shared if one.until is not None]
        if until:
            rows = tuple((name, on_day(day, self._language)) for name, day in until)
            yield Block("table", headers=self._all(_TERM_TITLES), rows=rows)
        yield self._paragraph(
            self.translate("What remains are facts without names: that there was a question, when, and what followed.")
        )

    def rights(self) -> Iterator[Block]:
        """What parents and pupil can do."""
        yield self._heading(self.translate("What can you do?"))
        facts = self._statement
        where = {"school": facts.school, "phone": f" ({facts.school_phone})" if facts.school_phone else ""}
        yield self._paragraph(
            self.translate(
                "Do you object to the sharing, or is something wrong? Tell %(school)s%(phone)s. These are your rights:",
                **where,
            )
        )
        yield Block("list", rows=tuple((right,) for right in self._all(_RIGHTS_MESSAGES)))
        yield self._paragraph(
            self.translate(
                "Do you not agree with the answer? Then ask the data protection officer of the school or of the "
                "municipality, or complain to the Autoriteit Persoonsgegevens (autoriteitpersoonsgegevens.nl)."
            )
        )

    def making(self) -> Iterator[Block]:
        """Where all of this comes from."""
        facts = self._statement
        yield self._heading(self.translate("How this statement was made"))
        yield self._paragraph(
            self.translate(
                "Samenspel made it on %(when)s from its log (up to %(events)s) and its register of reading (up to "
                "%(entries)s). Nobody typed anything into it. Each reading above has its number in that register.",
                when=at_moment(facts.made_at, self._language),
                events=str(facts.source.events),
                entries=str(facts.source.entries),
            )
        )

    def _party(self, shared: Shared) -> tuple[str, ...]:
        fields = [self._said(FIELD_MESSAGES, field) for field in sorted(shared.shown.fields, key=_in_order)]
        nothing = self.translate("nothing personal")
        return (
            shared.organisation,
            self._said(ROLE_MESSAGES, shared.role),
            at_moment(shared.since, self._language),
            listed(fields, self._language) or nothing,
            self._said(GROUND_MESSAGES, shared.shown.ground) if fields else "–",  # noqa: RUF001  # a dash for nothing
        )

    def _reading(self, reading: Reading) -> tuple[str, ...]:
        form = "%(organisation)s, somebody who works there" if reading.is_person else "%(organisation)s, its system"
        fields = [self._said(FIELD_MESSAGES, field) for field in sorted(reading.fields, key=_in_order)]
        return (
            f"{at_moment(reading.at, self._language)} (nr. {reading.position})",
            translate(form, self._language, {"organisation": reading.organisation}),
            listed(fields, self._language),
            self._said(GROUND_MESSAGES, reading.ground),
            self._said(PURPOSE_MESSAGES, reading.purpose),
        )

    def _consent(self, consent: Consent) -> str:
        parts = {
            "who": self._said(GIVER_MESSAGES, consent.given_by),
            "when": on_day(consent.on, self._language),
            "receivers": self._receivers(consent),
        }
        given = translate("On %(when)s %(who)s gave consent to share with %(receivers)s.", self._language, parts)
        if consent.scope.purposes is not None:
            for_what = [self._said(ASK_MESSAGES, purpose) for purpose in sorted(consent.scope.purposes)]
            what = {"what": listed(for_what, self._language)}
            given += " " + translate("Only for %(what)s.", self._language, what)
        for taken in consent.withdrawals:
            when = {"when": at_moment(taken.at, self._language)}
            is_whole = taken.scope.receivers is None and taken.scope.purposes is None
            form = "It was taken back on %(when)s." if is_whole else "A part of it was taken back on %(when)s."
            given += " " + translate(form, self._language, when)
        return given

    def _receivers(self, consent: Consent) -> str:
        if consent.scope.receivers is None:
            return translate("the team of the municipality that is responsible", self._language)
        names = self._statement.consent_names
        known = [names.get(code) or self._said(RECEIVER_MESSAGES, code) for code in sorted(consent.scope.receivers)]
        return listed(known, self._language)

    def _said(self, table: Mapping[str, str], code: str | None) -> str:
        return said(table, code, self._language)

    def translate(self, message: str, **parameters: str) -> str:
        """A sentence in the language of the document."""
        return translate(message, self._language, parameters)

    def _all(self, messages: Sequence[str]) -> tuple[str, ...]:
        return tuple(translate(message, self._language) for message in messages)

    def _heading(self, text: str) -> Block:
        return Block("heading", text)

    def _paragraph(self, text: str) -> Block:
        return Block("paragraph", text)


def _in_order(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)
