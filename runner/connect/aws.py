"""Amazon RDS and Aurora: what a host's name says, IAM tokens, secrets. Only this needs boto3."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runner import PROGRAM
from runner.errors import ConnectionFailed, UsageError
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


def iam_token(host: str, port: int, user: str, region: str | None) -> str:
    """Return a token, valid for 15 minutes as the password of this host, port and user.

    Without `region` AWS's own configuration is used (AWS_REGION, ~/.aws/config). Raises UsageError,
    or ConnectionFailed when the source of the credentials is unreachable.
    """
    with _converted_errors("an IAM token cannot be signed"):
        client = _client("rds", region)
        token: str = client.generate_db_auth_token(
            DBHostname=host, Port=port, DBUsername=user, Region=client.meta.region_name
        )
    return token


def read_secret(name: str, region: str | None) -> dict[str, str]:
    """Return username, password and maybe host, port, dbname of the secret with this name or ARN.

    An ARN names its region. A secret managed by RDS has no host, port or dbname. Raises
    UsageError, or ConnectionFailed when Secrets Manager is unreachable. The messages hold no value
    of the secret.
    """
    if name.startswith("arn:"):
        region = [*name.split(":"), "", "", ""][3] or region  # AWS rejects a partial ARN
    with _converted_errors(f"the secret {name} cannot be read"):
        answer = _client("secretsmanager", region).get_secret_value(SecretId=name)
    try:
        values = json.loads(answer["SecretString"])
        found = {key: str(values[key]) for key in ("username", "password")}
    except (KeyError, TypeError, ValueError):
        # "from None": the decoder's error quotes the secret.
        raise UsageError(
            f"the secret {name} is not a database secret",
            hint='a JSON object: {"username": …, "password": …}, and maybe host, port, dbname',
        ) from None
    return found | {key: str(values[key]) for key in ("host", "port", "dbname") if values.get(key)}


def _client(service: str, region: str | None) -> Any:
    try:
        import boto3
    except ImportError:
        raise UsageError(
            "IAM tokens and secrets of AWS need boto3, which is not installed",
            hint="pip install 'raw-sql-runner[aws]'",
        ) from None
    # All other AWS SDKs read this variable; boto3 does not.
    region = region or os.environ.get("AWS_REGION")
    return boto3.session.Session().client(service, region_name=region)


@contextmanager
def _converted_errors(what: str) -> Iterator[None]:
    """Convert the errors of botocore; their messages begin with `what`."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("botocore"):
            raise
        from botocore import exceptions

        if isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError)):
            raise ConnectionFailed(f"{what}: {error}") from None
        hint = "the runner takes AWS's own configuration: AWS_PROFILE, AWS_REGION, roles, …"
        raise UsageError(f"{what}: {error}", hint=hint) from None
