"""TLS for RDS: verified by default, with an explanation of each failed verification."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from runner.connect import aws
from runner.errors import UsageError

_VERIFIED = ("verify-ca", "verify-full")
_TIMEOUT = 5.0
_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # see src/include/libpq/pqcomm.h
_NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME; Python has no name for it
_FAILED = (
    r'server at "(?P<address>[^"]+)".*, port (?P<port>\d+) failed:'
    r" (?:SSL error: certificate verify failed"
    r"|server certificate for .* (?P<other>does not match) host name)"
)


def protect(parameters: Mapping[str, str], hosts: list[str], *, iam: bool) -> dict[str, str]:
    """Return the parameters to add so that the server is verified.

    Without an sslmode in `parameters` an RDS host gets verify-full. Another host that needs an IAM
    token gets verify-ca: the certificate does not hold this host's name.

    Raises UsageError when the file of root certificates is missing.
    """
    endpoint = next(filter(aws.is_rds, hosts), None)
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
    """Return detail and hint for a TLS failure, with the certificate; None for other failures."""
    if not (found := re.search(_FAILED, text)):
        return None
    address, port = found["address"], int(found["port"])
    # psycopg resolves names, so libpq reports the address.
    host = next(filter(aws.is_rds, (parameters.get("host") or "").split(",")), address)
    file = parameters.get("sslrootcert") or _default_file()
    shown = _certificate(host, address, port)
    detail = f"verified with {file} ({_authorities(file)})\n{host} presents {_described(shown)}"
    if found["other"]:
        return detail, (
            "connect by a name that the certificate holds; through a tunnel keep that name:\n"
            "host=NAME hostaddr=127.0.0.1 port=PORT"
        )
    if shown and ssl.cert_time_to_seconds(shown["notAfter"]) < time.time():
        return detail, "the server's certificate has expired: have it renewed"
    named = "name the file with the CA certificate that signed it: PGSSLROOTCERT, sslrootcert="
    return detail, _download_hint(host) if aws.is_rds(host) else named


def _default_file() -> str:
    """Return libpq's default file. See initialize_SSL in fe-secure-openssl.c."""
    return str(Path.home() / ".postgresql" / "root.crt")


def _download_hint(host: str) -> str:
    return (
        "fetch them from AWS:\n"
        f"curl --create-dirs -fsSo ~/.postgresql/root.crt {aws.bundle_url(host)}"
    )


def _authorities(file: str) -> str:
    """Return the number of authorities in a file, and the last date on which one is valid."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(OSError):
        context.load_verify_locations(file)
    dates = [str(one["notAfter"]) for one in context.get_ca_certs()]
    if not dates:
        return "it contains no CA certificate"
    newest = max(dates, key=ssl.cert_time_to_seconds)
    return f"authorities: {len(dates)}, the newest valid until {newest}"


def _certificate(host: str, address: str, port: int) -> dict[str, Any]:
    """Return the server's certificate as `SSLSocket.getpeercert`; empty if it cannot be read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    found: dict[str, Any] = {}
    with suppress(OSError, ValueError):
        for _ in range(2):
            with socket.create_connection((address, port), _TIMEOUT) as sock:
                sock.sendall(_SSL_REQUEST)
                sock.recv(1)
                with context.wrap_socket(sock, server_hostname=host) as encrypted:
                    found = encrypted.getpeercert() or {}
                    certificate = encrypted.getpeercert(binary_form=True)
            # Python decodes only verified certificates: verify this one with itself.
            context.verify_mode = ssl.CERT_REQUIRED
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
            context.load_verify_locations(cadata=certificate or b"")
    return found


def _described(certificate: dict[str, Any]) -> str:
    """Return for which names a certificate is, who signed it, and until when it is valid."""
    if not certificate:
        return "no certificate that could be read"
    names = ", ".join(value for _, value in certificate.get("subjectAltName", ()))
    signer = ", ".join(value for part in certificate["issuer"] for _, value in part)
    until = certificate["notAfter"]
    return f"a certificate for {names or 'no host'}, signed by {signer}, valid until {until}"
