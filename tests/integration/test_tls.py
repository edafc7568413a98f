"""TLS with real servers and certificates, under the names of endpoints that lead to them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from runner.connect.aws import bundle_url
from runner.connect.session import connect, psql_conninfo
from runner.errors import ConnectionFailed, RunnerError, UsageError
from tests.certificates import Authority
from tests.heard import Heard
from tests.servers import Server, restart_server
from tests.tls_server import WRITER, endpoint, tls_server_in

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
def tls_server(module_path: Path, authority: Authority) -> Iterator[Server]:
    rule = "hostssl all certified 127.0.0.1/32 cert"
    with tls_server_in(module_path, authority, rule) as server:
        yield server


@pytest.fixture
def presenting(tls_server: Server, authority: Authority) -> Iterator[Any]:
    """`presenting(*names, by=authority, expired=False)`: the server has another certificate."""
    data_dir = tls_server.data_dir

    def present(*names: str, by: Authority = authority, expired: bool = False) -> None:
        by.install(data_dir, *names, expired=expired)
        restart_server(tls_server)

    yield present
    present(WRITER, "127.0.0.1")


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user who has configured nothing."""
    for name in [name for name in os.environ if name.startswith(("PG", "RUNNER_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def default_bundle(tmp_path: Path, authority: Authority) -> Path:
    """The authority where libpq looks by default."""
    file = tmp_path / ".postgresql" / "root.crt"
    file.parent.mkdir()
    file.write_bytes(authority.file.read_bytes())
    return file


def failing(conninfo: str, timeout: float | None = 0) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        connect(conninfo, connect_timeout=timeout, observer=Heard())
    return caught.value


def encrypted(conn: psycopg.Connection[Any]) -> bool:
    return conn.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone() == (
        True,
    )


def test_a_host_of_rds_is_verified_by_default(tls_server: Server, default_bundle: Path) -> None:
    conninfo = endpoint(tls_server)
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert encrypted(conn)
        assert conn.info.get_parameters()["sslmode"] == "verify-full"
        assert conn.info.get_parameters()["sslrootcert"] == str(default_bundle)


def test_psql_verifies_as_the_runner_does(tls_server: Server, default_bundle: Path) -> None:
    with psycopg.connect(psql_conninfo(endpoint(tls_server))) as conn:
        assert conn.info.get_parameters()["sslmode"] == "verify-full"
        assert conn.info.get_parameters()["sslrootcert"] == str(default_bundle)


@pytest.mark.parametrize("way", ["conninfo", "environment", "service"])
def test_the_bundle_may_be_named(
    tls_server: Server,
    authority: Authority,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    conninfo = endpoint(tls_server)
    if way == "conninfo":
        conninfo = endpoint(tls_server, sslrootcert=str(authority.file))
    elif way == "environment":
        monkeypatch.setenv("PGSSLROOTCERT", str(authority.file))
    else:
        services = tmp_path / "services"
        services.write_text(
            f"[prod]\nhost={WRITER}\nhostaddr=127.0.0.1\nport={tls_server.port}\nuser=postgres\n"
            f"password={tls_server.password}\nsslrootcert={authority.file}\n"
        )
        monkeypatch.setenv("PGSERVICEFILE", str(services))
        conninfo = "service=prod dbname=postgres"
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.get_parameters()["sslmode"] == "verify-full"


def test_without_a_bundle_the_command_that_fetches_it_is_told(
    tls_server: Server, tmp_path: Path
) -> None:
    error = failing(endpoint(tls_server), None)
    assert isinstance(error, UsageError)
    file = tmp_path / ".postgresql" / "root.crt"
    assert error.message.endswith(f"{WRITER}: no file {file}")
    command = f"curl --create-dirs -fsSo ~/.postgresql/root.crt {bundle_url(WRITER)}"
    assert command in str(error.hint).splitlines()


def test_a_named_bundle_that_is_not_there(tls_server: Server, default_bundle: Path) -> None:
    error = failing(endpoint(tls_server, sslrootcert="/no/such.pem"), None)
    assert isinstance(error, UsageError)
    assert "no file /no/such.pem" in error.message
    assert default_bundle.exists()


@pytest.mark.parametrize("way", ["conninfo", "environment", "service"])
def test_less_is_had_by_asking_for_it(
    tls_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    conninfo = endpoint(tls_server)
    if way == "conninfo":
        conninfo = endpoint(tls_server, sslmode="require")
    elif way == "environment":
        monkeypatch.setenv("PGSSLMODE", "require")
    else:
        services = tmp_path / "services"
        services.write_text("[prod]\nsslmode=require\n")
        monkeypatch.setenv("PGSERVICEFILE", str(services))
        conninfo = endpoint(tls_server, service="prod")
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.get_parameters()["sslmode"] == "require"
        assert encrypted(conn)


def test_other_hosts_are_as_libpq_has_them(tls_server: Server) -> None:
    conninfo = tls_server.tcp_conninfo()
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.get_parameters().get("sslmode", "prefer") == "prefer"


def test_one_host_of_rds_among_others_is_enough(tls_server: Server) -> None:
    conninfo = tls_server.tcp_conninfo(host=f"localhost,{WRITER}", hostaddr="127.0.0.1,127.0.0.1")
    error = failing(conninfo)
    assert f"{WRITER}: no file" in error.message


def test_another_authority(tls_server: Server, presenting: Any, default_bundle: Path) -> None:
    other = Authority.new(default_bundle.parent / "other.pem")
    presenting(WRITER, by=other)
    error = failing(endpoint(tls_server), None)
    assert isinstance(error, ConnectionFailed)
    assert "certificate verify failed" in error.message
    verified, presented = str(error.detail).splitlines()
    start = f"verified with {default_bundle} (authorities: 1, the newest valid until "
    assert re.fullmatch(re.escape(start) + r"\w{3} [ \d]\d [\d:]{8} \d{4} GMT\)", verified)
    assert presented.startswith(f"{WRITER} presents a certificate for {WRITER}, signed by ")
    assert "authority of other.pem" in presented
    assert bundle_url(WRITER) in str(error.hint)
    assert tls_server.password not in f"{error.message}{error.detail}{error.hint}"


def test_another_name(tls_server: Server, presenting: Any, default_bundle: Path) -> None:
    presenting("other.example", "127.0.0.1")
    error = failing(endpoint(tls_server), None)
    assert isinstance(error, ConnectionFailed)
    assert "does not match host name" in error.message
    assert f"verified with {default_bundle} (" in str(error.detail)
    names = "other.example, 127.0.0.1"
    assert f"presents a certificate for {names}, signed by authority of" in str(error.detail)
    assert "host=NAME hostaddr=127.0.0.1" in str(error.hint)


def test_an_expired_certificate(tls_server: Server, presenting: Any, default_bundle: Path) -> None:
    presenting(WRITER, expired=True)
    error = failing(endpoint(tls_server), None)
    assert isinstance(error, ConnectionFailed)
    assert f"for {WRITER}, signed by authority of bundle.pem" in str(error.detail)
    assert str(default_bundle) in str(error.detail)
    assert ", valid until " in str(error.detail)
    assert error.hint == "the server's certificate has expired: have it renewed"


@pytest.mark.parametrize("content", ["no certificate", ""])
def test_a_damaged_bundle(tls_server: Server, default_bundle: Path, content: str) -> None:
    default_bundle.write_text(content)
    error = failing(endpoint(tls_server), None)
    assert isinstance(error, ConnectionFailed)
    assert str(default_bundle) in f"{error.message} {error.detail}"


def test_a_server_without_tls(server: Server, default_bundle: Path) -> None:
    error = failing(endpoint(server), None)
    assert isinstance(error, ConnectionFailed)
    assert default_bundle.exists()
    assert "server does not support SSL" in error.message
    assert error.hint == "the server answers without TLS: check host and port"


def test_verification_of_any_other_host_is_explained_too(
    tls_server: Server, presenting: Any, default_bundle: Path
) -> None:
    presenting("127.0.0.1", by=Authority.new(default_bundle.parent / "other.pem"))
    error = failing(tls_server.tcp_conninfo(sslmode="verify-full"), None)
    assert "authority of other.pem" in str(error.detail)
    assert "PGSSLROOTCERT" in str(error.hint)


def test_a_client_certificate(
    tls_server: Server, authority: Authority, default_bundle: Path, tmp_path: Path
) -> None:
    with psycopg.connect(tls_server.conninfo(), autocommit=True) as conn:
        conn.execute("CREATE ROLE certified LOGIN")
    issued = authority.ca.issue_cert("client.example", common_name="certified")
    key, certificate = tmp_path / "client.key", tmp_path / "client.crt"
    issued.private_key_pem.write_to_path(str(key))
    issued.cert_chain_pems[0].write_to_path(str(certificate))
    key.chmod(0o600)
    conninfo = endpoint(
        tls_server, user="certified", sslcert=str(certificate), sslkey=str(key), password=""
    )
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.user == "certified"
    assert default_bundle.exists()
