"""Passwords from AWS: real signatures, and a Secrets Manager of moto's."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner.connect import aws
from runner.connect.session import connect, psql_conninfo
from runner.errors import ConnectionFailed, RunnerError, UsageError
from tests.certificates import Authority
from tests.heard import Heard
from tests.iam import KEY, KEY_ID, signature
from tests.servers import Server, unique_name
from tests.startup import closed_port, listening, refused
from tests.tls_server import WRITER, endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.db
PRINTABLE = "".join(map(chr, range(32, 127)))


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A user of AWS with a key, and nothing else."""
    for name in [name for name in os.environ if name.startswith(("PG", "RUNNER_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def failing(conninfo: str, timeout: float | None = 0) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        connect(conninfo, connect_timeout=timeout, observer=Heard())
    return caught.value


# Tokens


@pytest.fixture
def tokens(rds: Server, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every token that is made; the server takes the newest, and no other."""
    made: list[str] = []
    sign = aws.iam_token

    def observed(*args: Any) -> str:
        made.append(sign(*args))
        with psycopg.connect(rds.conninfo(), autocommit=True) as conn:
            command = sql.SQL("ALTER ROLE joe PASSWORD {}")
            conn.execute(command.format(sql.Literal(made[-1])))
        return made[-1]

    monkeypatch.setattr(aws, "iam_token", observed)
    return made


@pytest.fixture
def joe(rds: Server, authority: Authority) -> str:
    """joe at the endpoint, without a password."""
    return endpoint(rds, user="joe", password=None, sslrootcert=str(authority.file))


def test_a_token_is_signed_and_lets_in(
    rds: Server, tokens: list[str], joe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    monkeypatch.setenv("PGPASSWORD", "another one")
    with connect(joe, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.user == "joe"
    (token,) = tokens
    values = parse_qs(urlsplit(f"https://{token}").query)
    assert token.startswith(f"{WRITER}:{rds.port}/?Action=connect&DBUser=joe&")
    assert values["X-Amz-Credential"][0].startswith(f"{KEY_ID}/")
    assert values["X-Amz-Credential"][0].endswith("/eu-central-1/rds-db/aws4_request")
    assert values["X-Amz-Signature"] == [signature(token)]


def hang_up(client: socket.socket) -> None:
    """As a balancer does that has no server behind it: before TLS begins."""
    client.recv(8)


def test_each_attempt_has_its_own_token(
    rds: Server, tokens: list[str], joe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    with listening([hang_up, hang_up], then=("127.0.0.1", rds.port)) as listener:
        conninfo = make_conninfo(joe, port=listener.port)
        connect(conninfo, connect_timeout=60, observer=Heard()).close()
    assert len(tokens) == 3


@pytest.mark.parametrize("named", [f"{WRITER}:5432", WRITER])
def test_a_token_is_signed_for_the_endpoint_behind_a_tunnel(
    rds: Server,
    tokens: list[str],
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    named: str,
) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    monkeypatch.setenv("RUNNER_IAM_HOST", named)
    conninfo = rds.tcp_conninfo(user="joe", password=None, sslrootcert=str(authority.file))
    with connect(conninfo, connect_timeout=0, observer=Heard()) as conn:
        # The name need not fit, but a token goes to nobody whom the authority does not know.
        assert conn.info.get_parameters()["sslmode"] == "verify-ca"
    (token,) = tokens
    port = 5432 if ":" in named else rds.port
    assert token.startswith(f"{WRITER}:{port}/?")
    assert "eu-central-1" in token


def test_each_host_has_its_own_token(
    rds: Server, tokens: list[str], joe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    other = WRITER.replace("blog.", "old.")
    conninfo = make_conninfo(
        joe,
        host=f"{other},{WRITER}",
        hostaddr="127.0.0.1,127.0.0.1",
        port=f"{closed_port()},{rds.port}",
    )
    connect(conninfo, connect_timeout=0, observer=Heard()).close()
    assert [token.split(":")[0] for token in tokens] == [other, WRITER]


def test_the_server_asks_for_a_token(tokens: list[str], joe: str) -> None:
    with connect(joe, connect_timeout=0, observer=Heard()) as conn:
        assert conn.info.user == "joe"
    assert len(tokens) == 1


def test_a_server_that_asks_for_a_password_gets_no_token(tokens: list[str], joe: str) -> None:
    error = failing(make_conninfo(joe, user="ann"))
    assert "no password supplied" in error.message
    assert tokens == []


def test_a_server_that_is_not_verified_is_given_no_token(tokens: list[str], joe: str) -> None:
    error = failing(make_conninfo(joe, sslmode="require"))
    assert "no password supplied" in error.message
    assert tokens == []


def test_the_region_is_that_of_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    assert "ap-south-1" in aws.iam_token("db.example.com", 5432, "joe", None)
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert "eu-west-3" in aws.iam_token("db.example.com", 5432, "joe", None)
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UsageError, match="You must specify a region") as caught:
        aws.iam_token("db.example.com", 5432, "joe", None)
    assert "AWS_REGION" in str(caught.value.hint)


def test_without_credentials(monkeypatch: pytest.MonkeyPatch, joe: str) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.setenv("RUNNER_IAM", "1")
    error = failing(joe)
    assert isinstance(error, UsageError)
    assert error.message == "an IAM token cannot be signed: Unable to locate credentials"


def test_without_boto3(monkeypatch: pytest.MonkeyPatch, joe: str) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.setenv("RUNNER_IAM", "1")
    error = failing(joe)
    assert isinstance(error, UsageError)
    assert error.hint == "pip install 'raw-sql-runner[aws]'"


def test_a_token_that_is_not_taken() -> None:
    answers = [refused("28000", 'PAM authentication failed for user "joe"')] * 9
    with listening(answers) as listener:
        error = failing(f"host=127.0.0.1 port={listener.port} user=joe password=x", 60)
    assert isinstance(error, ConnectionFailed)
    for cause in ("GRANT rds_iam", "--iam-host", "rds-db:connect", "get-caller-identity"):
        assert cause in str(error.hint)


def test_a_password_and_a_token_exclude_each_other(
    joe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    error = failing(make_conninfo(joe, password="geheim"))
    assert isinstance(error, UsageError)
    assert "geheim" not in f"{error}{error.hint}"


def test_psql_gets_a_token(tokens: list[str], joe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    parameters = conninfo_to_dict(psql_conninfo(joe))
    assert parameters["password"] == tokens[-1]
    assert parameters["sslmode"] == "verify-full"


def test_a_socket_has_nothing_to_do_with_aws(
    rds: Server, tokens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_IAM", "1")
    connect(rds.conninfo(), connect_timeout=0, observer=Heard()).close()
    assert tokens == []


# Secrets


@pytest.fixture
def manager(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of Secrets Manager; the runner finds the same one."""
    import boto3

    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return boto3.session.Session().client("secretsmanager")


@pytest.fixture
def store(manager: Any) -> Callable[..., str]:
    """`store(username=…, …)`: the ARN of a new secret."""

    def create(text: str | None = None, **values: Any) -> str:
        secret = manager.create_secret(
            Name=unique_name(), SecretString=json.dumps(values) if text is None else text
        )
        arn: str = secret["ARN"]
        return arn

    return create


@pytest.fixture
def role(make_role: Callable[..., str]) -> str:
    """A role with a password of all characters that AWS allows."""
    return make_role(password=PRINTABLE)


def test_a_secret_names_all(
    server: Server, store: Callable[..., str], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = store(
        username=role,
        password=PRINTABLE,
        engine="postgres",
        host="127.0.0.1",
        port=server.port,
        dbname="postgres",
    )
    monkeypatch.setenv("RUNNER_SECRET", arn)
    monkeypatch.setenv("PGUSER", "nobody")
    monkeypatch.setenv("PGPASSWORD", "wrong")
    # Only the ARN tells where the secret is.
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with connect("", connect_timeout=0, observer=Heard()) as conn:
        assert (conn.info.user, conn.info.dbname, conn.info.port) == (role, "postgres", server.port)


@pytest.mark.parametrize("way", ["conninfo", "environment", "service"])
def test_what_is_said_elsewhere_wins_over_the_place_of_a_secret(
    server: Server,
    store: Callable[..., str],
    role: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    way: str,
) -> None:
    arn = store(username=role, password=PRINTABLE, host="no.invalid", port=1, dbname="none")
    monkeypatch.setenv("RUNNER_SECRET", arn)
    place = f"host=127.0.0.1 port={server.port} dbname=postgres"
    conninfo = place
    if way == "environment":
        conninfo = ""
        for pair in place.split():
            name, _, value = pair.partition("=")
            name = {"dbname": "database"}.get(name, name)
            monkeypatch.setenv(f"PG{name.upper()}", value)
    elif way == "service":
        conninfo = "service=prod"
        services = tmp_path / "services"
        services.write_text("[prod]\n" + place.replace(" ", "\n"))
        monkeypatch.setenv("PGSERVICEFILE", str(services))
    connect(conninfo, connect_timeout=0, observer=Heard()).close()


def test_a_secret_that_rds_manages_has_no_place(
    server: Server, store: Callable[..., str], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_SECRET", store(username=role, password=PRINTABLE))
    conninfo = f"host=127.0.0.1 port={server.port} dbname=postgres"
    connect(conninfo, connect_timeout=0, observer=Heard()).close()
    error = failing("dbname=postgres")
    assert isinstance(error, UsageError)
    assert "names no host" in error.message


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is to happen after each reading of a secret; it is taken out when it has."""
    steps: list[Any] = []
    read = aws.read_secret

    def observed(*args: Any) -> dict[str, str]:
        found = read(*args)
        steps.pop(0)()
        return found

    monkeypatch.setattr(aws, "read_secret", observed)
    return steps


def test_a_secret_that_is_rotated_is_read_once_more(
    server: Server,
    admin: psycopg.Connection,
    manager: Any,
    store: Callable[..., str],
    role: str,
    reads: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arn = store(username=role, password=PRINTABLE)

    def rotate() -> None:
        alter = sql.SQL("ALTER ROLE {} PASSWORD 'new'")
        admin.execute(alter.format(sql.Identifier(role)))
        values = json.dumps({"username": role, "password": "new"})
        manager.put_secret_value(SecretId=arn, SecretString=values)

    reads += [rotate, lambda: None]
    monkeypatch.setenv("RUNNER_SECRET", arn)
    conninfo = f"host=127.0.0.1 port={server.port} dbname=postgres"
    connect(conninfo, connect_timeout=0, observer=Heard()).close()
    assert reads == []


def test_a_secret_that_stays_wrong_fails(
    server: Server,
    store: Callable[..., str],
    role: str,
    reads: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNNER_SECRET", store(username=role, password="geheim"))
    reads += [lambda: None, lambda: None]
    error = failing(f"host=127.0.0.1 port={server.port} dbname=postgres", 60)
    assert isinstance(error, ConnectionFailed)
    assert "password authentication failed" in error.message
    assert "geheim" not in f"{error}{error.hint}{error.detail}"
    assert reads == []


def test_a_conninfo_of_another_user(
    store: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNNER_SECRET", store(username="joe", password="geheim"))
    error = failing("host=127.0.0.1 user=ann")
    assert isinstance(error, UsageError)
    assert error.message == "the conninfo's user is ann, the secret's is joe"


@pytest.mark.parametrize("text", ["geheim", '"geheim"', '{"password": "geheim"}', "[]"])
def test_a_secret_of_something_else_is_not_shown(
    store: Callable[..., str], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("RUNNER_SECRET", store(text))
    error = failing("host=127.0.0.1")
    assert isinstance(error, UsageError)
    assert "is not a database secret" in error.message
    assert "geheim" not in f"{error}{error.hint}{error.__context__}"


def test_a_secret_that_is_not_there(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert manager is not None
    monkeypatch.setenv("RUNNER_SECRET", "no-such-secret")
    error = failing("host=127.0.0.1")
    assert isinstance(error, UsageError)
    assert "the secret no-such-secret cannot be read: " in error.message
    assert "ResourceNotFoundException" in error.message


def test_a_secrets_manager_that_is_out_of_reach(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert manager is not None
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("RUNNER_SECRET", "blog")
    error = failing("host=127.0.0.1")
    assert isinstance(error, ConnectionFailed)
