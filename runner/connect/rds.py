"""What the host name of an Amazon RDS or Aurora endpoint says about it. Pure."""

from __future__ import annotations

import re

from runner import PROGRAM
from runner.texts import first_match

# blog.cluster-abc123.eu-central-1.rds.amazonaws.com; in China the region comes after `rds`.
_RDS = (
    r"(?i)\.(?:(?:(?P<region>[a-z0-9-]+)\.)?rds\.amazonaws\.com(?:\.cn)?"
    r"|rds\.(?P<china>cn-[a-z0-9-]+)\.amazonaws\.com\.cn)\.?"
)
_FILE = "connect/failures.txt"


def is_rds(host: str) -> bool:
    """Return whether the host is an RDS endpoint: an instance, a cluster or a proxy."""
    return _match(host) is not None


def region(host: str) -> str | None:
    """Return the AWS region in the endpoint's name; None if it has none."""
    match = _match(host)
    found = (match["region"] or match["china"]) if match else None
    return found.lower() if found else None


def bundle_url(host: str) -> str:
    """Return the URL of the AWS certificates that verify the endpoint."""
    is_proxy = is_rds(host) and ".proxy-" in host.lower()
    found = first_match(_FILE, "bundle", host if is_proxy else region(host) or "")
    return found[1] if found else ""


def writer_hint(host: str) -> str:
    """Return the hint for a host that is a replica: the name to use instead."""
    if not (is_rds(host) and (found := first_match(_FILE, "writer", host))):
        return "Use the writer endpoint: the primary of this cluster."
    match, text = found
    return text.format(host, *match.groups(), program=PROGRAM)


def _match(host: str) -> re.Match[str] | None:
    # A name must precede the domain.
    match = re.search(_RDS, host) if "rds" in host.lower() else None
    return match if match and match.end() == len(host) and match.start() > 0 else None
