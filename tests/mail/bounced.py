"""Notifications as mail servers write them (RFC 3464)."""

from uuid import UUID

_BOUNCE = """\
From: MAILER-DAEMON@mx.team.example
To: melding@samenspel.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

This is the mail system. Your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.team.example
X-Queue-ID: 4F2

Final-Recipient: rfc822; noor@team.example
Original-Recipient: rfc822;noor@team.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} User unknown

--B
Content-Type: {returned_as}

Return-Path: <melding@samenspel.example>
Message-ID: {message_id}
Subject: Er staat iets voor u klaar in Samenspel
Content-Type: text/plain

--B--
"""


def bounce_of(
    mail_id: UUID,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    returned_as: str = "message/rfc822",
    message_id: str | None = None,
) -> bytes:
    """A notification about a message of the hub."""
    shown = f"<{mail_id.hex}@hub.samenspel.example>" if message_id is None else message_id
    said = _BOUNCE.format(action=action, status=status, returned_as=returned_as, message_id=shown)
    return said.replace("\n", "\r\n").encode()
