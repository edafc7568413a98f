"""TLS towards RDS: verified unless somebody says otherwise; and what is wrong when it fails."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.connect import rds
from runner.errors import UsageError

_VERIFIED = ("verify-ca", "verify-full")
_TIMEOUT = 5.0
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # see src/include/libpq/pqcomm.h
# X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python gives no name to
_NO_CHECK_TIME = 0x200000
_FAILED = (
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
    """Detail and hint for the failure in libpq's text; None when it is not one of TLS.

    Asks the server once more, for the certificate that it presents.
    """
    if not (found := re.search(_FAILED, text)):
        return None
    address, port = found["address"], int(found["port"])
    host = _host(address, parameters)
    if found["plain"]:
        more = "" if parameters.get("sslmode") in _VERIFIED else ", or do without: sslmode=prefer"
        return f"{host} answers on port {port} without TLS", f"check host and port{more}"
    file = parameters.get("sslrootcert") or _default_file()
    shown = _presented(host, address, port)
    detail = f"verified with {file} {_contents(file)}\n{host} presents {_described(shown)}"
    if found["other"]:
        return detail, (
            "connect by a name that the certificate holds; through a tunnel keep that name:\n"
            "host=NAME hostaddr=127.0.0.1 port=PORT"
        )
    if shown and _expiry(shown) < datetime.now(UTC):
        return detail, "the server's certificate has expired: have it renewed"
    if rds.is_rds(host):
        return detail, _fetch(host)
    return detail, "name the file with the authority that signed it: PGSSLROOTCERT, sslrootcert="


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


def _contents(file: str) -> str:
    """How many certificates a file holds, and when the newest expires."""
    if file == "system":
        return "(the system's authorities)"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(file)
    except (OSError, ssl.SSLError):
        return "(no certificates can be read from it)"
    expiries = [_expiry(certificate) for certificate in context.get_ca_certs()]
    if not expiries:
        return "(it holds no authority)"
    newest = max(expiries)
    state = "expired" if newest < datetime.now(UTC) else "expires"
    count = "1 authority" if len(expiries) == 1 else f"{len(expiries)} authorities, the newest"
    return f"({count} {state} on {newest:%Y-%m-%d})"


def _presented(host: str, address: str, port: int) -> dict[str, Any] | None:
    """The server's certificate, decoded; None when it cannot be had."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with _handshake(context, host, address, port) as line:
            certificate = line.getpeercert(binary_form=True)
        # Python decodes only what it has verified: this time the certificate vouches for itself.
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
        context.load_verify_locations(cadata=certificate or b"")
        with _handshake(context, host, address, port) as line:
            return line.getpeercert()
    except (OSError, ValueError):
        return None


def _handshake(context: ssl.SSLContext, host: str, address: str, port: int) -> ssl.SSLSocket:
    line = socket.create_connection((address, port), _TIMEOUT)
    try:
        line.sendall(_SSL_REQUEST)
        if line.recv(1) != b"S":
            raise OSError("no TLS")
        return context.wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise


def _described(certificate: dict[str, Any] | None) -> str:
    if certificate is None:
        return "no certificate that could be read"
    names = ", ".join(value for _, value in certificate.get("subjectAltName", ()))
    expiry = _expiry(certificate)
    state = "expired" if expiry < datetime.now(UTC) else "valid until"
    return (
        f"a certificate of {_name(certificate['subject'])} for {names or 'no host name'},"
        f" signed by {_name(certificate['issuer'])}, {state} {expiry:%Y-%m-%d}"
    )


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """The common name, else whatever there is."""
    values = dict(pair for part in parts for pair in part)
    return values.get("commonName") or " ".join(values.values()) or "nobody"


def _expiry(certificate: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
