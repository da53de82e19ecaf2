"""Messages that come back: which one it was, and whether its address is no good."""

from uuid import UUID

import pytest

from hub.codes import new_id
from hub.mail.bounces import Bounce, read_bounce
from tests.mail.bounced import bounce_of

ID = new_id()


@pytest.mark.parametrize("returned_as", ["message/rfc822", "text/rfc822-headers"])
def test_it_is_known_by_the_id_that_comes_back(returned_as: str) -> None:
    """With the whole message, or with its headers only."""
    assert read_bounce(bounce_of(ID, returned_as=returned_as)) == Bounce(ID, "5.1.1")


@pytest.mark.parametrize(
    ("status", "condemns"), [("5.1.1", True), ("5.2.2", True), ("5.4.4", True), ("5.7.1", False), ("4.4.7", False)]
)
def test_what_condemns_an_address(status: str, condemns: bool) -> None:
    """A permanent failure that is not about who sent it."""
    bounce = read_bounce(bounce_of(ID, status=status))
    assert bounce is not None
    assert bounce.condemns_address is condemns


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"\xff\x00nonsense",
        b"Subject: Ik ben er niet\r\n\r\nIk ben er niet.",
        bounce_of(ID, action="delayed"),
        bounce_of(ID, action="delivered", status="2.0.0"),
        bounce_of(ID, message_id="<somebody-else@mx.example>"),
        bounce_of(ID, message_id=""),
        bounce_of(ID, status="broken"),
        bounce_of(ID, returned_as="text/plain"),
        bounce_of(ID).replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_is_no_bounce_of_ours_says_nothing(written: bytes) -> None:
    """Absence notes, delays, nonsense, and bounces of what the hub never sent."""
    assert read_bounce(written) is None


def test_an_id_in_the_text_proves_nothing() -> None:
    """Only what stands in the returned message counts."""
    invented = bounce_of(ID, message_id="<x@y>").replace(b"This is the mail system.", f"<{ID.hex}@hub>".encode())
    assert read_bounce(invented) is None
    assert read_bounce(bounce_of(UUID(int=5))) == Bounce(UUID(int=5), "5.1.1")
