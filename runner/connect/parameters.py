"""Connection parameters: libpq's, TLS for RDS and passwords from AWS."""

from __future__ import annotations

import os
from collections.abc import Iterator

from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runner import __version__
from runner.connect import aws, tls
from runner.errors import UsageError

# Defaults; a conninfo, a service or libpq's environment may override them. A connection that was
# lost silently is noticed after a minute, also while the server executes a long statement.
_DEFAULTS = {
    "fallback_application_name": f"raw-sql-runner {__version__}",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
# Seconds. A cluster that resumes from zero capacity, or fails over, needs more.
_RETRY_TIME, _RDS_RETRY_TIME = 10.0, 60.0
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE"}


class Login:
    """The parameters of one target's connections.

    `parameters` are those that libpq would use and those added here, without an IAM token; `iam`:
    each connection attempt gets a token.

    Like libpq's own variables, RUNNER_IAM, RUNNER_IAM_HOST and RUNNER_SECRET apply to all
    connections to the target, except over a Unix socket, which AWS does not offer.
    """

    def __init__(self, conninfo: str, *, is_target: bool = True) -> None:
        """Read all parameters. Raises UsageError, and what `aws.read_secret` raises."""
        self._added: dict[str, str] = {}
        self._secret: dict[str, str] | None = None
        given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
        self.parameters = _parameters(conninfo, given)
        socket = any(host.startswith(("/", "@")) for host in self.hosts)
        environ = os.environ if is_target and not socket else {}
        self.iam = environ.get("RUNNER_IAM") == "1"
        self._iam_host = environ.get("RUNNER_IAM_HOST", "")
        self._secret_name = environ.get("RUNNER_SECRET", "")
        if self._secret_name or self.iam:
            if "password" in given:
                raise UsageError("the conninfo has a password, but so has AWS")
            # The password of PGPASSWORD or a service would be used first.
            self.parameters.pop("password", None)
        if self._secret_name:
            self._use_secret(given)
        # libpq's default is no choice; a service that sets `prefer` looks the same.
        chosen = "sslmode" in given or os.environ.get("PGSSLMODE")
        is_default = not chosen and self.parameters.get("sslmode") == "prefer"
        asked = {**self.parameters, "sslmode": ""} if is_default else self.parameters
        self._add(tls.protect(asked, self.hosts, iam=self.iam))

    @property
    def hosts(self) -> list[str]:
        """The host names; a socket directory, an address or an empty string counts as a name."""
        return (self.parameters.get("host") or self.parameters.get("hostaddr") or "").split(",")

    @property
    def rds(self) -> bool:
        return any(map(aws.is_rds, self.hosts))

    def retry_time(self, seconds: float | None) -> float:
        """Return the seconds to retry; the default depends on the kind of host."""
        if seconds is not None:
            return seconds
        return _RDS_RETRY_TIME if self.rds else _RETRY_TIME

    def attempts(self) -> Iterator[dict[str, str]]:
        """Yield the parameters of each connection to try; each host gets a token of its own."""
        if not self.iam:
            yield self.parameters
            return
        given = {key: self.parameters.get(key) for key in ("host", "hostaddr", "port")}
        lists = {key: value.split(",") for key, value in given.items() if value}
        for index in range(max((len(values) for values in lists.values()), default=1)):
            # A single port applies to all hosts.
            own = {key: values[index if len(values) > 1 else 0] for key, values in lists.items()}
            parameters = {**self.parameters, **own}
            yield {**parameters, "password": self._token(parameters)}

    def may_ask_for_token(self, failures: list[str]) -> bool:
        """Return whether an RDS host got no password, which may mean that it expects a token.

        False unless the server is verified: a token must not be sent to another server.
        """
        wanted = any("no password supplied" in failure for failure in failures)
        verified = self.parameters.get("sslmode") == "verify-full"
        return wanted and verified and self.rds and not self.iam

    def has_new_secret(self, failures: list[str]) -> bool:
        """Return whether the secret was rotated since it was read, and use the new one; once."""
        old, self._secret = self._secret, None
        if old is None or not any("password authentication failed" in one for one in failures):
            return False
        new = aws.read_secret(self._secret_name, self._region())
        self._add({"user": new["username"], "password": new["password"]})
        return any(new[key] != old[key] for key in ("username", "password"))

    def conninfo(self, conninfo: str) -> str:
        """Return the conninfo with the parameters added here; psql reads the others itself."""
        token = {"password": next(self.attempts())["password"]} if self.iam else {}
        return make_conninfo(conninfo, **{**self._added, **token})

    def _add(self, more: dict[str, str]) -> None:
        self._added |= more
        self.parameters |= more

    def _use_secret(self, given: dict[str, str]) -> None:
        """Use the secret's user and password, and its host, port and dbname where none is set."""
        self._secret = secret = aws.read_secret(self._secret_name, self._region())
        user = secret["username"]
        if given.get("user", user) != user:
            raise UsageError(
                f"the conninfo's user is {given['user']}, the secret's is {user}",
                hint="leave the user out of the conninfo",
            )
        self._add({"user": user, "password": secret["password"]})
        if not self.parameters.get("service"):
            for key, variable in _VARIABLES.items():
                value = secret.get(key)
                named = key in given or os.environ.get(variable)
                if value and not named and (key != "host" or self.hosts == [""]):
                    self._add({key: value})
        if self.hosts == [""]:
            raise UsageError(
                f"the secret {self._secret_name} names no host",
                hint="name it with -t, DATABASE_URL or PGHOST",
            )

    def _region(self) -> str | None:
        hosts = [self._iam_host.partition(":")[0], *self.hosts]
        return next(filter(None, map(aws.region, hosts)), None)

    def _token(self, parameters: dict[str, str]) -> str:
        name, _, port = self._iam_host.partition(":")
        host = name or parameters.get("host") or parameters.get("hostaddr") or ""
        port = port or parameters.get("port") or "5432"
        return aws.iam_token(host, int(port), parameters["user"], aws.region(host))


def _parameters(conninfo: str, given: dict[str, str]) -> dict[str, str]:
    """Return all parameters libpq would use: conninfo, its service, PG* variables, defaults.

    Raises UsageError for a service that libpq cannot find or read.
    """
    options = {option.keyword: option.val for option in pq.Conninfo.get_defaults()}
    if "service" in given or options.get(b"service"):
        # psycopg prefers PGHOST to the service's host, and would connect to the wrong server.
        # libpq shows a service's parameters only for a connection, so one is started.
        pgconn = pq.PGconn.connect_start(conninfo.encode())
        message = pgconn.get_error_message()
        options = {option.keyword: option.val for option in pgconn.info}
        pgconn.finish()
        if not any(options.values()):
            hint = "write it into ~/.pg_service.conf, or name its file: PGSERVICEFILE"
            raise UsageError(f"libpq cannot use the service: {message}", hint=hint)
    found = {name.decode(): value.decode() for name, value in options.items() if value is not None}
    return {**_DEFAULTS, **found, **given}
