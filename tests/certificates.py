"""Certificates for a server's TLS, signed by authorities of our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from runner.embedded.programs import server_user


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority; `file` is what a client verifies with."""

    ca: trustme.CA
    file: Path

    @classmethod
    def new(cls, file: Path) -> Authority:
        """A new authority; its certificate is written to `file`."""
        ca = trustme.CA(organization_name=f"authority of {file.name}")
        ca.cert_pem.write_to_path(str(file))
        file.chmod(0o644)
        return cls(ca, file)

    def install(self, data_dir: Path, *names: str, expired: bool = False) -> None:
        """Put a certificate for these names, and its key, where a server finds them."""
        not_after = datetime.now(UTC) - timedelta(days=1) if expired else None
        issued = self.ca.issue_cert(*names, not_after=not_after)
        user = server_user()
        for name, blob in (
            ("server.crt", issued.cert_chain_pems[0]),
            ("server.key", issued.private_key_pem),
        ):
            path = data_dir / name
            blob.write_to_path(str(path))
            path.chmod(0o600)
            user.give(path)
