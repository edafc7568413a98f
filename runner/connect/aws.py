"""Passwords from AWS: tokens of IAM, and secrets of Secrets Manager. Only here is boto3 needed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from runner.errors import ConnectionFailed, UsageError


@dataclass(frozen=True, slots=True)
class Secret:
    """What a secret of RDS holds; the secrets that RDS manages itself hold no place."""

    username: str
    password: str = field(repr=False)
    host: str | None = None
    port: str | None = None
    dbname: str | None = None


def iam_token(host: str, port: int, user: str, region: str | None) -> str:
    """A password for 15 minutes, signed for this host, port and user.

    Without a region AWS's own configuration names it (AWS_REGION, ~/.aws/config).
    Raises UsageError, or ConnectionFailed when credentials come from a service out of reach.
    """
    with _converted_errors("an IAM token cannot be signed"):
        client = _client("rds", region)
        token: str = client.generate_db_auth_token(
            DBHostname=host, Port=port, DBUsername=user, Region=client.meta.region_name
        )
    return token


def read_secret(name: str, region: str | None) -> Secret:
    """The secret of that name or ARN, as it is now. An ARN names its region itself.

    Raises UsageError, or ConnectionFailed when Secrets Manager is out of reach. Nothing of
    the secret is in their texts.
    """
    if name.startswith("arn:"):
        region = [*name.split(":"), "", "", ""][3] or region  # half an ARN AWS refuses
    with _converted_errors(f"the secret {name} cannot be read"):
        answer = _client("secretsmanager", region).get_secret_value(SecretId=name)
    try:
        values = json.loads(answer["SecretString"])
        username, password = values["username"], values["password"]
    except (KeyError, TypeError, ValueError):
        # "from None": a decoder's error quotes the text.
        raise UsageError(
            f"the secret {name} is not one of a database",
            hint='a JSON object: {"username": …, "password": …}, and maybe host, port, dbname',
        ) from None
    places = {key: str(values[key]) for key in ("host", "port", "dbname") if values.get(key)}
    return Secret(str(username), str(password), **places)


def _client(service: str, region: str | None) -> Any:
    try:
        import boto3
    except ImportError:
        raise UsageError(
            "IAM tokens and secrets of AWS need boto3, which is not installed",
            hint="pip install 'raw-sql-runner[aws]'",
        ) from None
    # The variable of all SDKs, which boto3 alone does not know.
    region = region or os.environ.get("AWS_REGION")
    return boto3.session.Session().client(service, region_name=region)


@contextmanager
def _converted_errors(what: str) -> Iterator[None]:
    """Converts errors of botocore. `ImportError` is left to `_client`."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("botocore"):
            raise
        from botocore import exceptions

        if isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError)):
            raise ConnectionFailed(f"{what}: {error}") from None
        hint = "the runner takes AWS's own configuration: AWS_PROFILE, AWS_REGION, roles, …"
        if isinstance(error, exceptions.NoRegionError):
            hint = "the host's name tells no region: set AWS_REGION"
        raise UsageError(f"{what}: {error}", hint=hint) from None
