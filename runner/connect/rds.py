"""What the host name of an Amazon RDS or Aurora endpoint tells. Pure."""

from __future__ import annotations

import re

from runner import PROGRAM
from runner.texts import fitting

# blog.cluster-abc123.eu-central-1.rds.amazonaws.com; in China the region comes after `rds`.
_RDS = (
    r"(?i)\.(?:(?:(?P<region>[a-z0-9-]+)\.)?rds\.amazonaws\.com(?:\.cn)?"
    r"|rds\.(?P<china>cn-[a-z0-9-]+)\.amazonaws\.com\.cn)\.?"
)
_FILE = "connect/failures.txt"


def is_rds(host: str) -> bool:
    """Whether it is the name of an endpoint of RDS: an instance, a cluster or a proxy."""
    return _match(host) is not None


def is_proxy(host: str) -> bool:
    """Whether it is the name of an endpoint of RDS Proxy."""
    return is_rds(host) and ".proxy-" in host.lower()


def region(host: str) -> str | None:
    """The region that an endpoint's name holds."""
    match = _match(host)
    found = (match["region"] or match["china"]) if match else None
    return found.lower() if found else None


def bundle_url(host: str) -> str:
    """Where AWS publishes the certificates that the endpoint's own is signed with."""
    found = fitting(_FILE, "bundle", host if is_proxy(host) else region(host) or "")
    return found[1] if found else ""


def writer_hint(host: str) -> str:
    """What to do when this host turned out to be a replica: which name to use instead."""
    if not (is_rds(host) and (found := fitting(_FILE, "writer", host))):
        return "Use the writer endpoint: the primary of this cluster."
    match, text = found
    return text.format(host, *match.groups(), program=PROGRAM)


def _match(host: str) -> re.Match[str] | None:
    # Only what stands before the first dot may be anything; an ending alone is no endpoint.
    match = re.search(_RDS, host) if "rds" in host.lower() else None
    return match if match and match.end() == len(host) and match.start() > 0 else None
