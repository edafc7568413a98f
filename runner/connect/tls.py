"""TLS for RDS: verified by default, with an explanation of each failed verification."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path

from runner.connect import rds
from runner.errors import UsageError

_VERIFIED = ("verify-ca", "verify-full")
_TIMEOUT = 5.0
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # see src/include/libpq/pqcomm.h
_FAILED = (
    r'server at "(?P<address>[^"]+)".*, port (?P<port>\d+) failed:'
    r" (?:SSL error: (?P<unknown>certificate verify failed)"
    r"|server certificate for .* (?P<other>does not match) host name"
    r"|(?P<plain>server does not support SSL))"
)


def protect(parameters: Mapping[str, str], hosts: list[str], *, iam: bool) -> dict[str, str]:
    """Return the parameters to add so that the server is verified.

    Without an sslmode in `parameters` an RDS host gets verify-full. Another host that needs an IAM
    token gets verify-ca: the certificate does not hold this host's name.

    Raises UsageError when the file of root certificates is missing.
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
            f"cannot verify {endpoint or hosts[0]}: no file {path}",
            hint=f"{_download_hint(endpoint or '')}\n"
            "or name a file that you have: PGSSLROOTCERT, sslrootcert=",
        )
    return {"sslmode": sslmode, "sslrootcert": str(path)}


def explain(text: str, parameters: Mapping[str, str]) -> tuple[str, str] | None:
    """Return detail and hint for a TLS failure in libpq's text; None for other failures.

    Connects once more to read the server's certificate.
    """
    if not (found := re.search(_FAILED, text)):
        return None
    address, port = found["address"], int(found["port"])
    # psycopg resolves names, so libpq reports the address.
    host = next(filter(rds.is_rds, (parameters.get("host") or "").split(",")), address)
    if found["plain"]:
        more = "" if parameters.get("sslmode") in _VERIFIED else ", or do without: sslmode=prefer"
        return f"{host} answers on port {port} without TLS", f"check host and port{more}"
    file = parameters.get("sslrootcert") or _default_file()
    verdict = _verdict(file, host, address, port)
    detail = f"verified with {file}: {verdict}"
    if found["other"]:
        return detail, (
            "connect by a name that the certificate holds; through a tunnel keep that name:\n"
            "host=NAME hostaddr=127.0.0.1 port=PORT"
        )
    if "expired" in verdict:
        return detail, "the server's certificate, or its authority's, has expired: have it renewed"
    if rds.is_rds(host):
        return detail, _download_hint(host)
    return (
        detail,
        "name the file with the CA certificate that signed it: PGSSLROOTCERT, sslrootcert=",
    )


def _default_file() -> str:
    """Return libpq's default file. See initialize_SSL in fe-secure-openssl.c."""
    return str(Path.home() / ".postgresql" / "root.crt")


def _download_hint(host: str) -> str:
    return (
        "fetch them from AWS:\n"
        f"curl --create-dirs -fsSo ~/.postgresql/root.crt {rds.bundle_url(host)}"
    )


def _verdict(file: str, host: str, address: str, port: int) -> str:
    """Return what OpenSSL says of the server's certificate, else the names that it holds."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    try:
        if file == "system":
            context.load_default_certs()
        else:
            context.load_verify_locations(file)
    except OSError:
        return "no certificates can be read from it"
    try:
        with _handshake(context, host, address, port) as sock:
            names = (sock.getpeercert() or {}).get("subjectAltName", ())
            return f"the certificate is for {', '.join(str(one[1]) for one in names)}"
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return "the server's certificate cannot be read"


def _handshake(context: ssl.SSLContext, host: str, address: str, port: int) -> ssl.SSLSocket:
    sock = socket.create_connection((address, port), _TIMEOUT)
    try:
        sock.sendall(_SSL_REQUEST)
        if sock.recv(1) != b"S":
            raise OSError("no TLS")
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise
