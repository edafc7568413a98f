from __future__ import annotations

import pytest

from runner.connect.failures import each_failure, hint, hosts_and_ports, transient_reason

_REFUSED = 'connection to server at "127.0.0.1", port 5998 failed: Connection refused'
_SEVERAL = """\
connection failed: connection to server at "127.0.0.1", port 5998 failed: Connection refused
\tIs the server running on that host and accepting TCP/IP connections?
Multiple connection attempts failed. All failures were:
- host: 'db', port: '5999', hostaddr: '10.0.0.1': connection timeout expired
- host: 'localhost', port: '5998', hostaddr: '::1': connection is bad: no such thing
- host: '127.0.0.1', port: '5998', hostaddr: '127.0.0.1': connection failed: connection to server \
at "127.0.0.1", port 5998 failed: Connection refused
\tIs the server running on that host and accepting TCP/IP connections?
"""


def test_psycopgs_summary_is_taken_apart() -> None:
    assert each_failure(_SEVERAL, "nowhere") == [
        "connection to db:5999 failed: timeout expired",
        "no such thing",
        f"{_REFUSED}\nIs the server running on that host and accepting TCP/IP connections?",
    ]


def test_a_single_failure_is_kept() -> None:
    assert each_failure(f"connection failed: {_REFUSED}", "x") == [_REFUSED]


def test_a_timeout_names_the_host() -> None:
    assert each_failure("connection timeout expired", "db:5432") == [
        "connection to db:5432 failed: timeout expired"
    ]


def test_each_address_of_a_host_is_a_failure() -> None:
    text = f'connection failed: {_REFUSED}\nconnection to server at "::1" failed: FATAL:  no'
    assert each_failure(text, "x") == [_REFUSED, 'connection to server at "::1" failed: FATAL:  no']


@pytest.mark.parametrize(
    "text",
    [
        "Connection refused",
        "timeout expired",
        "could not receive data from server: Connection timed out",
        "FATAL:  the database system is starting up",
        "FATAL:  the database system is not yet accepting connections",
        "FATAL:  sorry, too many clients already",
        'FATAL:  too many connections for role "joe"',
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
        "server closed the connection unexpectedly",
        "could not receive data from server: Connection reset by peer",
        "SSL SYSCALL error: EOF detected",
        'could not translate host name "db" to address: Temporary failure in name resolution',
        "session is read-only",
    ],
)
def test_what_may_pass(text: str) -> None:
    assert transient_reason(f'connection to server at "h", port 5432 failed: {text}')


@pytest.mark.parametrize(
    "text",
    [
        'FATAL:  password authentication failed for user "joe"',
        'FATAL:  database "timeouts" does not exist',
        'FATAL:  role "joe" does not exist',
        'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "joe", database "db"',
        "fe_sendauth: no password supplied",
        'could not translate host name "db" to address: Name or service not known',
        "SSL error: certificate verify failed",
    ],
)
def test_what_is_final(text: str) -> None:
    assert transient_reason(f'connection to server at "h", port 5432 failed: {text}') is None


def test_a_reason_is_short() -> None:
    reason = transient_reason("failed: FATAL:  the database system is shutting down")
    assert reason == "the server is starting up or shutting down"


def test_another_service_is_named() -> None:
    text = "port 80 failed: received invalid response to SSL negotiation: H"
    assert hint(text, {}) == "another service listens there: check host and port"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({"host": "a", "port": "1"}, "a:1"),
        ({"host": "a,b", "port": "1,2"}, "a:1, b:2"),
        ({"host": "a,b", "port": "1"}, "a:1, b:1"),
        ({"hostaddr": "10.0.0.1", "port": "1"}, "10.0.0.1:1"),
        ({"port": "5432"}, "the local socket:5432"),
    ],
)
def test_host_and_port(parameters: dict[str, str], text: str) -> None:
    assert hosts_and_ports(parameters) == text
