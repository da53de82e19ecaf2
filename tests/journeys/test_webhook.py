"""A team is told by webhook: signed, thin, and only as long as there is something to tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from tests.delivery.receivers import YES, Receiver, receiving, says
from tests.journeys.words import A_PUPIL, referral
from tests.support.callers import Json, Organisation, document, happenings, short
from tests.support.hub import RunningHub
from tests.support.waiting import wait_until

STEENWIJK, TEAM, BOARD = "99JA00", "GM1708-ST", "B00006"


@contextmanager
def _subscribed(organisation: Organisation, receiver: Receiver, *types: str) -> Iterator[Json]:
    wish: dict[str, Any] = {"url": receiver.url, **({"types": list(types)} if types else {})}
    made = document(organisation.call("POST", "/subscriptions", json=wish), 201)
    yield made
    assert organisation.call("DELETE", f"/subscriptions/{made['id']}").status_code == 204


def _arrivals(receiver: Receiver, case: str) -> list[Json]:
    return [{"sent": a, "event": a.event} for a in receiver.arrivals if a.event["subject"] == case]


def _arrival(receiver: Receiver, case: str, type_: str) -> Json:
    def found() -> Json | None:
        return next((a for a in _arrivals(receiver, case) if short(a["event"]["type"]) == type_), None)

    arrival = wait_until(found, seconds=20, what=f"a webhook about {type_}")
    assert arrival is not None
    return arrival


def test_a_team_learns_of_a_referral_and_answers_it(hub: RunningHub) -> None:
    """The message says no more than where to look; the team looks with its own token, and the school is told."""
    board, team = hub.organisation(BOARD), hub.organisation(TEAM)
    with (
        receiving(YES) as at_team,
        receiving(YES) as at_school,
        _subscribed(team, at_team) as subscription,
        _subscribed(board, at_school, "nl.samenspel.outcome.reported.v1"),
    ):
        case = board.publish("referral.submitted", referral(STEENWIJK, "8331"))
        told = _arrival(at_team, case, "referral.offered")
        assert "data" not in told["event"]
        assert A_PUPIL.encode() not in told["sent"].body
        seen = team.call("GET", told["event"]["dataref"].removeprefix(f"{hub.url}/v1")).json()
        assert seen["timeline"][0]["texts"]["pupil"]["name"] == A_PUPIL

        team.answers(case, "Wij komen langs.")
        _arrival(at_school, case, "outcome.reported")
        assert [short(a["event"]["type"]) for a in _arrivals(at_school, case)] == ["outcome.reported"]
        assert happenings(board.case(case), "outcome.reported")[0]["texts"] == {"answer": "Wij komen langs."}
        _is_delivered(team, subscription["id"], told["event"]["sequence"])


def _is_delivered(team: Organisation, subscription: str, sequence: str) -> None:
    def found() -> bool:
        deliveries = team.read(f"/subscriptions/{subscription}/deliveries")["deliveries"]
        return any(d["sequence"] == sequence and d["state"] == "delivered" for d in deliveries)

    wait_until(found, seconds=20, what="the note that it was delivered")


def test_the_signature_follows_standard_webhooks(hub: RunningHub) -> None:
    """An independent verifier takes the message with the secret of the subscription, and with no other."""
    board, team = hub.organisation(BOARD), hub.organisation(TEAM)
    with receiving(YES) as receiver, _subscribed(team, receiver) as subscription:
        case = board.publish("referral.submitted", referral(STEENWIJK, "8331"))
        sent = _arrival(receiver, case, "referral.offered")["sent"]
        headers = {name.lower(): value for name, value in sent.headers.items()}
        assert Webhook(subscription["secret"]).verify(sent.body, headers)["subject"] == case
        for secret, body in (("whsec_" + "A" * 43 + "=", sent.body), (subscription["secret"], sent.body + b" ")):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(body, headers)


def test_what_was_not_yet_sent_stops_when_consent_is_withdrawn(hub: RunningHub) -> None:
    """A message that waits for a receiver in trouble is cancelled; only that the case is blocked is still told."""
    board, team = hub.organisation(BOARD), hub.organisation(TEAM)
    with receiving(says(500)) as receiver, _subscribed(team, receiver) as subscription:
        case = board.publish("referral.submitted", referral(STEENWIJK, "8331"))
        _arrival(receiver, case, "referral.offered")
        board.publish("consent.withdrawn", {"withdrawnBy": "parents"}, subject=case)

        def states() -> list[str]:
            found = team.read(f"/subscriptions/{subscription['id']}/deliveries")["deliveries"]
            return [delivery["state"] for delivery in found if delivery["case"] == case]

        wait_until(lambda: states() == ["waiting", "cancelled"], seconds=20, what="the end of what waited")
