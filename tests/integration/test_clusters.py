"""Clusters that are cold, fail over, or answer with a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from runner.connect.session import connect, wait_until_writable
from runner.errors import ConnectionFailed, Refused, RunnerError
from tests.heard import Heard
from tests.servers import Server
from tests.standby import promote
from tests.startup import Answer, closed_port, cut, listening, refused, reset, silent
from tests.tls_server import WRITER, endpoint

if TYPE_CHECKING:
    pass

PATIENT = 60.0
READER = WRITER.replace(".cluster-", ".cluster-ro-")


def no_entry(how: str) -> Answer:
    """What a cluster answers that resumes, or that wants TLS."""
    text = f'no pg_hba.conf entry for host "10.0.0.1", user "app", database "blog", {how}'
    return refused("28000", text)


pytestmark = pytest.mark.usefixtures("no_libpq_environment")


def failing(conninfo: str, timeout: float | None) -> tuple[RunnerError, Heard]:
    heard = Heard()
    with pytest.raises(RunnerError) as caught:
        connect(conninfo, connect_timeout=timeout, observer=heard)
    return caught.value, heard


# Cold


@pytest.mark.needs18
def test_a_cluster_that_resumes_is_waited_for(server: Server) -> None:
    answers = [no_entry("SSL encryption"), cut, reset, silent, no_entry("SSL on")]
    with listening(answers, then=("127.0.0.1", server.port)) as listener:
        heard = Heard()
        conninfo = endpoint(server, port=listener.port, sslmode="disable")
        with connect(conninfo, connect_timeout=None, observer=heard) as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)
        assert listener.connections == 6
    place = f"no connection to {WRITER}:{listener.port}"
    first, seconds = heard.notes[0].split("; trying for ")
    assert first == f"{place}: the cluster refuses all connections, as it does while it resumes"
    assert 10 < float(seconds.removesuffix(" s")) <= 60
    reasons = [note.removeprefix(f"{place}: ").partition(";")[0] for note in heard.notes]
    assert reasons[1:] == ["the connection was cut", "no answer"]


def test_it_does_not_resume_in_time() -> None:
    answers = [no_entry("SSL encryption")] * 99
    with listening(answers) as listener:
        conninfo = f"host={WRITER} hostaddr=127.0.0.1 port={listener.port} sslmode=disable user=u"
        error, heard = failing(conninfo, 0.3)
    assert isinstance(error, ConnectionFailed)
    assert "did not resume in time" in str(error.hint)
    assert len(heard.notes) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "db.example.com"])
def test_elsewhere_a_missing_entry_is_final(host: str) -> None:
    with listening([no_entry("SSL encryption")]) as listener:
        conninfo = f"host={host} hostaddr=127.0.0.1 port={listener.port} sslmode=disable user=u"
        error, heard = failing(conninfo, PATIENT)
        assert listener.connections == 1
    assert error.hint == "the server's pg_hba.conf does not let you in"
    assert heard.notes == []


def test_a_cluster_that_wants_tls_is_not_waited_for() -> None:
    with listening([no_entry("no encryption")]) as listener:
        conninfo = f"host={WRITER} hostaddr=127.0.0.1 port={listener.port} sslmode=disable user=u"
        error, heard = failing(conninfo, None)
        assert listener.connections == 1
    assert "the server requires TLS" in str(error.hint)
    assert heard.notes == []


def test_other_hosts_have_ten_seconds_by_default(server: Server) -> None:
    answers = [refused("57P03", "the database system is starting up")]
    with listening(answers, then=("127.0.0.1", server.port)) as listener:
        heard = Heard()
        conninfo = server.tcp_conninfo(port=listener.port)
        connect(conninfo, connect_timeout=None, observer=heard).close()
    assert float(heard.notes[0].split("; trying for ")[1].removesuffix(" s")) <= 10


@pytest.mark.needs18
def test_a_silent_host_leaves_time_for_the_next(server: Server) -> None:
    with listening([silent]) as listener:
        conninfo = server.tcp_conninfo(
            host=f"{WRITER},127.0.0.1",
            hostaddr="127.0.0.1,127.0.0.1",
            port=f"{listener.port},{server.port}",
            sslmode="disable",
        )
        # Half of it for each host would be longer than any test may take.
        with connect(conninfo, connect_timeout=7200, observer=Heard()) as conn:
            assert conn.info.port == server.port
        assert listener.connections == 1


# Readers


def test_a_standby_is_a_reader_until_it_is_promoted(standby: Server) -> None:
    conninfo = endpoint(standby, host=READER, sslmode="disable")
    with pytest.raises(Refused, match="read-only replica") as caught:
        wait_until_writable(conninfo, connect_timeout=0, observer=Heard())
    assert f"The writer endpoint is probably {WRITER}" in str(caught.value.hint)

    heard = Heard(lambda: promote(standby))
    target = wait_until_writable(conninfo, connect_timeout=PATIENT, observer=heard)
    assert target.port == standby.port
    assert [note.partition(";")[0] for note in heard.notes] == ["this is a read-only replica"]


def test_the_writer_of_several_hosts_is_found(primary: Server, standby: Server) -> None:
    ports = f"{closed_port()},{standby.port},{primary.port}"
    hosts = ",".join(["127.0.0.1"] * 3)
    conninfo = primary.tcp_conninfo(host=hosts, port=ports, target_session_attrs="read-write")
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.port == primary.port


def test_a_writer_is_waited_for_while_a_cluster_fails_over(standby: Server) -> None:
    heard = Heard(lambda: promote(standby))
    conninfo = make_conninfo(
        standby.tcp_conninfo(host="127.0.0.1,127.0.0.1", port=f"{closed_port()},{standby.port}"),
        target_session_attrs="read-write",
    )
    with connect(conninfo, connect_timeout=PATIENT, observer=heard) as conn:
        assert conn.execute("SHOW transaction_read_only").fetchone() == ("off",)
    assert "no host satisfies target_session_attrs" in heard.notes[0]


# Aurora


def test_aurora_tells_its_version(fresh_database: str) -> None:
    plain = wait_until_writable(fresh_database, connect_timeout=0, observer=Heard())
    assert plain.aurora_version is None
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            "CREATE FUNCTION pg_catalog.aurora_version() RETURNS text"
            " LANGUAGE sql AS $$SELECT '16.4.1'::text$$"
        )
    aurora = wait_until_writable(fresh_database, connect_timeout=0, observer=Heard())
    assert aurora.aurora_version == "16.4.1"
    assert ", Aurora 16.4.1)" in str(aurora)


def test_a_function_of_that_name_elsewhere_is_not_called(fresh_database: str) -> None:
    with psycopg.connect(fresh_database, autocommit=True) as conn:
        conn.execute(
            "CREATE FUNCTION public.aurora_version() RETURNS text LANGUAGE plpgsql"
            " AS $$BEGIN RAISE 'called'; END$$"
        )
    target = wait_until_writable(fresh_database, connect_timeout=0, observer=Heard())
    assert target.aurora_version is None
