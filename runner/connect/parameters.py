"""What a connection is made with: libpq's parameters, TLS towards RDS, a password from AWS."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner import __version__
from runner.connect import failures, rds, tls
from runner.errors import UsageError

if TYPE_CHECKING:
    from runner.connect.aws import Secret


# Parameters that a conninfo, a service or libpq's environment may set otherwise. A line that
# died without a word is noticed after a minute, while the server works on a long statement.
_DEFAULTS = {
    "fallback_application_name": f"raw-sql-runner {__version__}",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
# A cluster that resumes from zero capacity, or fails over, takes its time.
_PATIENCE, _RDS_PATIENCE = 10.0, 60.0
_REFUSED = re.compile(r"password authentication failed")
_PLACES = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE"}


class Login:
    """The parameters of one target's connections.

    `parameters` is all that libpq would connect with, and what is added here, but no IAM
    token; `iam` is whether each attempt gets one.

    Like libpq's own variables, RUNNER_IAM, RUNNER_IAM_HOST and RUNNER_SECRET count for every
    connection to a target, except those over a Unix socket, which AWS has none of.
    """

    def __init__(self, conninfo: str, *, is_target: bool = True) -> None:
        """Raises UsageError for what cannot be used, and what reading a secret raises."""
        self._added: dict[str, str] = {}
        self._secret: Secret | None = None
        given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
        self.parameters = _parameters(conninfo, given)
        socket = any(host.startswith(("/", "@")) for host in self.hosts)
        environ = os.environ if is_target and not socket else {}
        self.iam = environ.get("RUNNER_IAM") == "1"
        self._iam_host = environ.get("RUNNER_IAM_HOST", "")
        self._secret_name = environ.get("RUNNER_SECRET", "")
        if self._secret_name or self.iam:
            if "password" in given:
                raise UsageError("a password in the conninfo, and another one from AWS")
            # Whatever PGPASSWORD or a service says, it is not this one.
            self.parameters.pop("password", None)
        if self._secret_name:
            self._use_secret(given)
        self._add(tls.protect(self._chosen(given), self.hosts, iam=self.iam))

    @property
    def hosts(self) -> list[str]:
        """The hosts' names; a socket's folder, an address or nothing counts as a name."""
        return (self.parameters.get("host") or self.parameters.get("hostaddr") or "").split(",")

    @property
    def rds(self) -> bool:
        """Whether a host is an endpoint of RDS."""
        return any(map(rds.is_rds, self.hosts))

    @property
    def place(self) -> str:
        """Hosts and ports for a message."""
        return failures.where(self.parameters)

    def retry_time(self, seconds: float | None) -> float:
        """Seconds to retry; the default depends on the kind of host."""
        if seconds is not None:
            return seconds
        return _RDS_PATIENCE if self.rds else _PATIENCE

    def attempts(self) -> Iterator[dict[str, str]]:
        """The parameters of each connection to try, with a fresh token where there is one.

        A token is signed for one host, so each host is tried by itself then.
        """
        if not self.iam:
            yield self.parameters
            return
        for parameters in _each_host(self.parameters):
            yield {**parameters, "password": self._token(parameters)}

    def may_ask_for_token(self, failures: list[str]) -> bool:
        """Whether a host of RDS wants a password where none was given: it may want a token.

        Never without a verified server, which a token must not leave for.
        """
        wanted = any("no password supplied" in failure for failure in failures)
        verified = self.parameters.get("sslmode") == "verify-full"
        return wanted and verified and self.rds and not self.iam

    def use_tokens(self) -> None:
        """From here on each attempt gets a token from AWS."""
        self.iam = True

    def has_new_secret(self, failures: list[str]) -> bool:
        """Whether the secret was rotated since it was read; if so, it is taken over. Once."""
        old, self._secret = self._secret, None
        if old is None or not any(map(_REFUSED.search, failures)):
            return False
        from runner.connect import aws

        new = aws.read_secret(self._secret_name, self._region())
        self._add({"user": new.username, "password": new.password})
        return (new.username, new.password) != (old.username, old.password)

    def conninfo(self, conninfo: str) -> str:
        """The conninfo with what is added here: for psql, which reads the rest itself."""
        token = next(self.attempts())["password"] if self.iam else None
        added = {**self._added, **({"password": token} if token else {})}
        return make_conninfo(conninfo, **added)

    def _chosen(self, given: dict[str, str]) -> dict[str, str]:
        """The parameters without an sslmode that is only libpq's default.

        A service that sets `prefer`, libpq's default, cannot be distinguished from none.
        """
        chosen = "sslmode" in given or os.environ.get("PGSSLMODE")
        if not chosen and self.parameters.get("sslmode") == "prefer":
            return {**self.parameters, "sslmode": ""}
        return self.parameters

    def _add(self, more: dict[str, str]) -> None:
        self._added |= more
        self.parameters |= more

    def _use_secret(self, given: dict[str, str]) -> None:
        """User and password are the secret's; its host counts where no other is named."""
        from runner.connect import aws

        self._secret = secret = aws.read_secret(self._secret_name, self._region())
        if given.get("user", secret.username) != secret.username:
            raise UsageError(
                f"the conninfo's user is {given['user']}, the secret's is {secret.username}",
                hint="leave the user out of the conninfo",
            )
        self._add({"user": secret.username, "password": secret.password})
        if not self.parameters.get("service"):
            for key, variable in _PLACES.items():
                value = getattr(secret, key)
                named = key in given or os.environ.get(variable)
                if value and not named and not (key == "host" and self._has_host()):
                    self._add({key: value})
        if not self._has_host():
            raise UsageError(
                f"the secret {self._secret_name} names no host",
                hint="name it with -t, DATABASE_URL or PGHOST",
            )

    def _has_host(self) -> bool:
        return self.hosts != [""]

    def _region(self) -> str | None:
        hosts = [self._iam_host.partition(":")[0], *self.hosts]
        return next(filter(None, map(rds.region, hosts)), None)

    def _token(self, parameters: dict[str, str]) -> str:
        name, _, port = self._iam_host.partition(":")
        from runner.connect import aws

        host = name or parameters.get("host") or parameters.get("hostaddr") or ""
        return aws.iam_token(
            host,
            int(port or parameters.get("port") or 5432),
            parameters["user"],
            rds.region(host),
        )


_SPLIT = ("host", "hostaddr", "port")


def _each_host(parameters: dict[str, str]) -> list[dict[str, str]]:
    """The parameters for each of the hosts alone."""
    lists = {key: parameters[key].split(",") for key in _SPLIT if parameters.get(key)}
    count = max((len(values) for values in lists.values()), default=1)
    return [
        {
            **parameters,
            # One port is for all hosts.
            **{key: values[index if len(values) > 1 else 0] for key, values in lists.items()},
        }
        for index in range(count)
    ]


def _parameters(conninfo: str, given: dict[str, str]) -> dict[str, str]:
    """All that libpq would connect with: the conninfo, its service, PG* variables, defaults.

    Raises UsageError for a service that libpq cannot find or read.
    """
    options = {option.keyword: option.val for option in pq.Conninfo.get_defaults()}
    if "service" in given or options.get(b"service"):
        # psycopg looks at PGHOST where a service would say otherwise, and connects to the
        # wrong server. libpq shows a service's parameters only for a connection, so one is started.
        pgconn = pq.PGconn.connect_start(conninfo.encode())
        message = pgconn.get_error_message()
        options = {option.keyword: option.val for option in pgconn.info}
        pgconn.finish()
        if not any(options.values()):
            hint = "write it into ~/.pg_service.conf, or name its file: PGSERVICEFILE"
            raise UsageError(f"libpq cannot use the service: {message}", hint=hint)
    found = {name.decode(): value.decode() for name, value in options.items() if value is not None}
    return {**_DEFAULTS, **found, **given}
