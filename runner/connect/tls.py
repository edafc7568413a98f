"""TLS towards RDS: verified unless somebody says otherwise; and what is wrong when it fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from runner.connect import rds
from runner.errors import UsageError

_VERIFIED = ("verify-ca", "verify-full")
_FAILED = re.compile(
    r'server at "(?P<address>[^"]+)".*, port (?P<port>\d+) failed:'
    r" (?:SSL error: (?P<unknown>certificate verify failed)"
    r"|server certificate for .* (?P<other>does not match) host name"
    r"|(?P<plain>server does not support SSL))"
)


def protect(parameters: Mapping[str, str], hosts: list[str], *, iam: bool) -> dict[str, str]:
    """What to add to libpq's parameters so that nothing goes to a server that is not the one.

    Where `parameters` have no sslmode, a host of RDS is verified in full; any other host that
    an IAM token is for, which has no certificate of its own name, by its authority.

    Raises UsageError where there is no file to verify with.
    """
    endpoint = next(filter(rds.is_rds, hosts), None)
    if endpoint is None and not iam:
        return {}
    sslmode = parameters.get("sslmode") or ("verify-full" if endpoint else "verify-ca")
    if sslmode not in _VERIFIED:
        return {}
    named = parameters.get("sslrootcert")
    if named == "system":
        return {"sslmode": sslmode}
    path = Path(named or _default_file())
    if not path.is_file():
        raise UsageError(
            f"there are no certificates to verify {endpoint or hosts[0]} with: no file {path}",
            hint=f"{_fetch(endpoint or '')}\n"
            "or name a file that you have: PGSSLROOTCERT, sslrootcert=",
        )
    return {"sslmode": sslmode, "sslrootcert": str(path)}


def explain(text: str, parameters: Mapping[str, str]) -> tuple[str, str] | None:
    """Detail and hint for the failure in libpq's text; None when it is not one of TLS."""
    if not (found := _FAILED.search(text)):
        return None
    address, port = found["address"], int(found["port"])
    host = _host(address, parameters)
    if found["plain"]:
        return f"{host} answers on port {port} without TLS", "check host and port"
    file = parameters.get("sslrootcert") or _default_file()
    detail = (
        f"verified with {file}; what {host} presents is shown by\n"
        f"openssl s_client -starttls postgres -connect {address}:{port}"
    )
    if found["other"]:
        return detail, (
            "connect by a name that the certificate holds; through a tunnel keep that name:\n"
            "host=NAME hostaddr=127.0.0.1 port=PORT"
        )
    if rds.is_rds(host):
        return detail, _fetch(host)
    return detail, (
        "name the file with the authority that signed it: PGSSLROOTCERT, sslrootcert=; a server's"
        " certificate that has expired has to be renewed"
    )


def _host(address: str, parameters: Mapping[str, str]) -> str:
    """The host's name; psycopg gives libpq its address too, and libpq tells of nothing else."""
    hosts = (parameters.get("host") or "").split(",")
    addresses = (parameters.get("hostaddr") or "").split(",")
    if len(hosts) == len(addresses) and address in addresses:
        return hosts[addresses.index(address)] or address
    return hosts[0] if len(hosts) == 1 and hosts[0] else address


def _default_file() -> str:
    """Where libpq looks. See initialize_SSL in src/interfaces/libpq/fe-secure-openssl.c."""
    return str(Path.home() / ".postgresql" / "root.crt")


def _fetch(host: str) -> str:
    return (
        "fetch them from AWS:\n"
        f"curl --create-dirs -fsSo ~/.postgresql/root.crt {rds.bundle_url(host)}"
    )
