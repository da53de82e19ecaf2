"""Webhooks over HTTP: made, listed, looked at and ended by their own organisation, and by nobody else."""

from typing import Any

import pytest

from tests.support.callers import Organisation, document
from tests.support.hub import RunningHub

URL = "https://team.example/hook"


@pytest.fixture
def webhook(team: Organisation) -> Any:
    """A subscription of the team of Assen."""
    made = document(team.call("POST", "/subscriptions", json={"url": URL, "types": ["case.closed"]}), 201)
    yield made
    team.call("DELETE", f"/subscriptions/{made['id']}")


def test_the_secret_is_shown_once(team: Organisation, webhook: Any) -> None:
    """When it is made, and never again."""
    assert webhook["secret"].startswith("whsec_")
    listed = team.read("/subscriptions")["subscriptions"]
    mine = next(one for one in listed if one["id"] == webhook["id"])
    assert "secret" not in mine
    assert mine["types"] == ["nl.samenspel.case.closed.v1"]


def test_it_can_be_ended_once(team: Organisation, webhook: Any) -> None:
    """204, and afterwards it does not exist."""
    assert team.call("DELETE", f"/subscriptions/{webhook['id']}").status_code == 204
    document(team.call("DELETE", f"/subscriptions/{webhook['id']}"), 404)
    document(team.get(f"/subscriptions/{webhook['id']}/deliveries"), 404)
    assert webhook["id"] not in [one["id"] for one in team.read("/subscriptions")["subscriptions"]]


def test_another_organisation_does_not_find_it(hub: RunningHub, webhook: Any) -> None:
    """The same answer as for one that does not exist."""
    other = hub.organisation("GM0118-ST")
    nobodys = "0195a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"
    for id_ in (webhook["id"], nobodys):
        document(other.call("DELETE", f"/subscriptions/{id_}"), 404)
    theirs = document(other.get(f"/subscriptions/{webhook['id']}/deliveries"), 404)
    assert theirs == document(other.get(f"/subscriptions/{nobodys}/deliveries"), 404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": ""}, "/url"),
        ({"url": 7}, "/url"),
        ({"url": "ftp://team.example/hook"}, "/url"),
        ({"url": "http://team.example/hook"}, "/url"),
        ({"url": "https://10.0.0.1/hook"}, "/url"),
        ({"url": "https://169.254.169.254/latest/meta-data"}, "/url"),
        ({"url": "https://user:secret@team.example/hook"}, "/url"),
        ({"url": "https://team.example:8443/hook"}, "/url"),
        ({"url": URL, "types": []}, "/types"),
        ({"url": URL, "types": ["pizza.ordered"]}, "/types/0"),
        ({"url": URL, "secret": "mine"}, "/secret"),
    ],
)
def test_a_wish_that_will_not_do_is_refused(team: Organisation, body: Any, pointer: str) -> None:
    """Only public addresses over https, known types, and no field that means nothing."""
    refused = document(team.call("POST", "/subscriptions", json=body), 400)
    assert pointer in [problem["pointer"] for problem in refused["errors"]]


def test_a_refused_address_is_not_said_again(team: Organisation) -> None:
    """It may hold a secret."""
    answer = team.call("POST", "/subscriptions", json={"url": "https://user:geheim@team.example/hook"})
    assert answer.status_code == 400
    assert "geheim" not in answer.text
