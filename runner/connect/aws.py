"""Passwords from AWS: IAM tokens and Secrets Manager. The only module that needs boto3."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runner.errors import ConnectionFailed, UsageError


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
