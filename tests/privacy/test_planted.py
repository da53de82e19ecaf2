"""Personal data planted in every field is found in the answers of those who may see it, and nowhere else at all.

A whole hub runs on Redis, with every process, the broker and PostgreSQL telling all they can; then everything that any
of them kept or said is searched. Each search also looks for something that must be there, so that it can fail.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.privacy import planted
from tests.privacy.planted import found_in
from tests.privacy.traces import Traces, play
from tests.support.postgres import PrivatePostgres
from tests.support.test_run import run_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def traces() -> Iterator[Traces]:
    """What is left after a whole run; its database still runs."""
    folder = run_folder() / f"planted-{uuid4().hex[:8]}"
    server = PrivatePostgres(folder)
    try:
        yield play(server, folder)
    finally:
        server.stop()


def _tables(url: str) -> dict[str, bytes]:
    """Every row of every table, whole, as text."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with psycopg.connect(url, options="-c hub.acting_for=*") as connection:
        return {
            name: "\n".join(
                row for (row,) in connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name)))
            ).encode()
            for (name,) in connection.execute(names).fetchall()
        }


def _files(data: Path) -> Iterator[bytes]:
    """Everything in the server's folder but the databases that no one has ever written in."""
    untouched = {data / "base" / number for number in ("1", "4")}  # templates
    for path in data.rglob("*"):
        if path.is_file() and path.parent not in untouched:
            yield path.read_bytes()


def test_those_who_may_see_it_do(traces: Traces) -> None:
    """Otherwise there would be nothing to look for: the team read the question, the school its answer."""
    seen = [text.encode() for text in traces.seen]
    may_be_seen = {planted.NAME, planted.BIRTH_DATE, planted.GROUP, planted.EMAIL, planted.PHONE, planted.NUMBER}
    assert found_in(seen, may_be_seen) == may_be_seen
    assert found_in(seen, {"Vlinderstruik", "Haverklap", "Heggemus"}) == {"Vlinderstruik", "Haverklap", "Heggemus"}


def test_no_table_holds_it(traces: Traces) -> None:
    """Every column of every table, the ciphertexts of the vault included."""
    tables = _tables(traces.database_url)
    assert {"events", "sealed", "cases", "deliveries", "disclosures", "parked_events", "ledger_head"} <= set(tables)
    assert found_in([tables["disclosures"]], ["parents_words", "handle"]) == {"parents_words", "handle"}
    assert tables["sealed"]
    assert found_in([tables["events"]], [traces.marker]) == {traces.marker}
    assert {name: words for name, rows in tables.items() if (words := found_in([rows]))} == {}


def test_no_file_of_the_database_holds_it(traces: Traces) -> None:
    """Nor does what was written on the way: the write-ahead log, statistics, rows that are no more."""
    with psycopg.connect(traces.database_url) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
    files = list(_files(traces.postgres_folder / "data"))
    assert found_in(files, [traces.marker]) == {traces.marker}
    assert found_in(files) == set()


def test_the_database_is_never_told(traces: Traces) -> None:
    """No statement carries it, as text or as a value: it is sealed before it leaves the process."""
    assert found_in([traces.logs["postgres"]], [traces.marker, "elsewhere"]) == {traces.marker, "elsewhere"}
    assert found_in([traces.logs["postgres"]]) == set()


def test_the_broker_is_never_told(traces: Traces) -> None:
    """Hints say that there is something to read, and not even of which case."""
    assert found_in([traces.redis_said], ["router", "LPUSH"]) == {"router", "LPUSH"}
    assert found_in([traces.redis_said], [*planted.PERSONAL, traces.case, traces.marker]) == set()


@pytest.mark.parametrize("who", ["serve", "worker"])
def test_no_log_tells_it(traces: Traces, who: str) -> None:
    """With every logger at its most talkative, requests and defects with their traces included."""
    must_be_there = {
        "serve": ["POST /v1/events", traces.case, "defect while answering"],
        "worker": ["parked", "UndefinedTable"],
    }
    assert found_in([traces.logs[who]], must_be_there[who]) == set(must_be_there[who])
    assert found_in([traces.logs[who]]) == set()


def test_no_webhook_tells_it(traces: Traces) -> None:
    """Neither in its body nor in its headers."""
    assert found_in(traces.webhooks, [traces.case, "webhook-signature"]) == {traces.case, "webhook-signature"}
    assert found_in(traces.webhooks) == set()


def test_no_refusal_says_it_again(traces: Traces) -> None:
    """Of whatever kind: it says what is wrong and where, never what was sent."""
    statuses = {answer.status_code for answer in traces.refusals}
    assert statuses >= {400, 401, 403, 409, 413, 415, 422, 500}
    said = [answer.content + str(answer.headers).encode() for answer in traces.refusals]
    assert found_in(said, ["/data/pupil/birthDate"]) == {"/data/pupil/birthDate"}
    assert found_in(said) == set()


def test_no_list_shows_it(traces: Traces) -> None:
    """Inbox, sent, feed, deliveries, agenda and the statement for parents know cases by ids.

    So does a case of which consent is withdrawn.
    """
    shown = [answer.content + str(answer.headers).encode() for answer in traces.lists]
    assert found_in(shown, [traces.case]) == {traces.case}
    assert found_in(shown) == set()


def test_no_address_holds_it(traces: Traces) -> None:
    """Nor any other address that was called."""
    addresses = [str(answer.request.url).encode() for answer in (*traces.refusals, *traces.lists)]
    assert found_in(addresses, ["/v1/events"]) == {"/v1/events"}
    assert found_in(addresses) == set()


@pytest.mark.parametrize("word", [planted.NAME, planted.BIRTH_DATE, planted.NUMBER])
def test_the_search_would_have_found_it(traces: Traces, word: str) -> None:
    """Written into a column of text or of bytes, it is found in the table and in the files."""
    made = f"seen_{uuid4().hex[:8]}"
    with psycopg.connect(traces.database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE TABLE {} (said text, bytes bytea)").format(sql.Identifier(made)))
        connection.execute(
            sql.SQL("INSERT INTO {} VALUES (NULL, %s)").format(sql.Identifier(made)), [f"x{word}".encode()]
        )
        assert found_in([_tables(traces.database_url)[made]]) >= {word}
        assert found_in(_files(traces.postgres_folder / "data" / "pg_wal")) >= {word}
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(made)))
