"""What the host name of an Amazon RDS or Aurora endpoint tells. Pure."""

from __future__ import annotations

import re

from runner import PROGRAM

# blog.cluster-abc123.eu-central-1.rds.amazonaws.com; in China the region comes after `rds`.
_RDS = (
    r"(?i)\.(?:(?:(?P<region>[a-z0-9-]+)\.)?rds\.amazonaws\.com(?:\.cn)?"
    r"|rds\.(?P<china>cn-[a-z0-9-]+)\.amazonaws\.com\.cn)\.?"
)
_NAME = r"(?P<name>[^.]+)\.(?P<kind>cluster-ro-|cluster-custom-|cluster-)?(?P<rest>.+)"
_BUNDLES = (
    ("cn-", "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem"),
    ("us-gov-", "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem"),
    ("", "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"),
)
# RDS Proxy presents a certificate of Amazon's public authority, not one of RDS's own.
_PROXY_BUNDLE = "https://www.amazontrust.com/repository/AmazonRootCA1.pem"


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
    if is_proxy(host):
        return _PROXY_BUNDLE
    name = region(host) or ""
    return next(url for prefix, url in _BUNDLES if name.startswith(prefix))


def use_writer(host: str) -> str:
    """What to do when this host turned out to be a replica: which name to use instead."""
    match = re.fullmatch(_NAME, host) if is_rds(host) else None
    if match is None:
        return "Use the writer endpoint: the primary of this cluster."
    if is_proxy(host):
        return "This is a read-only endpoint of RDS Proxy. Use the cluster's writer endpoint."
    name, kind, rest = match["name"], match["kind"], match["rest"]
    if kind == "cluster-ro-":
        return (
            f"{host} is the cluster's reader endpoint."
            f" The writer endpoint is probably {name}.cluster-{rest}"
        )
    if kind == "cluster-":
        return f"The cluster may be failing over: {PROGRAM} wait waits for its new writer."
    what = "a custom endpoint" if kind else "a single instance"
    return f"{host} is {what}. The writer endpoint is probably CLUSTER.cluster-{rest}"


def _match(host: str) -> re.Match[str] | None:
    # Only what stands before the first dot may be anything; an ending alone is no endpoint.
    match = re.search(_RDS, host) if "rds" in host.lower() else None
    return match if match and match.end() == len(host) and match.start() > 0 else None
