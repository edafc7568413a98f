"""README's "From Docker to Aurora" and docs/aws.md, typed as they stand, against our own endpoint.

The endpoint is a real server behind TLS that takes tokens of IAM and nothing else, the secret is
moto's, and curl is sent to a server of ours. The names are those of the page.
"""

from __future__ import annotations

import http.server
import json
import re
import shlex
import ssl
import subprocess
import sys
import threading
import tomllib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import jmespath
import psycopg
import pytest
import yaml
from botocore import xform_name
from botocore.validate import ParamValidator

from runner.connect.aws import bundle_url
from tests.acceptance.scripts import query
from tests.certificates import Authority
from tests.conftest import CHECKOUT, clean_environment
from tests.iam import KEY, KEY_ID, IamEndpoint, iam_endpoint
from tests.programs import find_program
from tests.readme import blocks, commands
from tests.servers import Server, create_cluster, start_server, stopped_at_end
from tests.tls_server import WRITER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PAGE = "From Docker to Aurora"
AWS = {
    "AWS_ACCESS_KEY_ID": KEY_ID,
    "AWS_SECRET_ACCESS_KEY": KEY,
    "AWS_REGION": "eu-central-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# What rds_superuser lets the master user of a cluster do, and no more.
MASTER = """
CREATE ROLE master LOGIN CREATEDB CREATEROLE;
CREATE ROLE rds_iam;
GRANT rds_iam TO master WITH ADMIN OPTION;
"""


@pytest.fixture(scope="module")
def cluster(server: Server, module_path: Path, psql_bin: Path) -> Iterator[Server]:
    """A cluster in which its master user has done step 1."""
    (step,) = blocks(PAGE, "sql")
    folder = module_path / str(server.version)
    folder.mkdir()
    create_cluster(folder, server.version, server.bin_dir)
    with stopped_at_end(start_server(folder, server.version, server.bin_dir)) as found:
        with psycopg.connect(found.conninfo(), autocommit=True) as conn:
            conn.execute(MASTER.encode())
        command = [
            str(psql_bin),
            "-X",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            found.conninfo(user="master"),
        ]
        result = subprocess.run(
            command, check=False, input=step, encoding="utf-8", capture_output=True
        )
        assert result.returncode == 0, result.stderr
        yield found


@pytest.fixture
def iam(cluster: Server, authority: Authority) -> Iterator[IamEndpoint]:
    with iam_endpoint(cluster, authority) as found:
        yield found


class _Bundle(http.server.SimpleHTTPRequestHandler):
    """Gives away what stands in a folder, and says nothing."""

    def log_message(self, *_args: object) -> None: ...


@contextmanager
def truststore(folder: Path, authority: Authority) -> Iterator[str]:
    """Where AWS publishes the bundle; gives what makes curl go there."""
    url = urlsplit(bundle_url(WRITER))
    file = folder / "www" / url.path.lstrip("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(authority.file.read_bytes())
    web = Authority.new(folder / "web.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    web.ca.issue_cert(str(url.hostname)).configure_cert(context)

    def handler(*args: Any) -> _Bundle:
        return _Bundle(*args, directory=str(folder / "www"))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield (
            f'connect-to = "{url.hostname}:443:127.0.0.1:{server.server_port}"\n'
            f'cacert = "{web.file}"\nnoproxy = "*"\n'
        )
        server.shutdown()
        thread.join()


@pytest.fixture
def typed(tmp_path: Path, authority: Authority) -> Iterator[Callable[..., str]]:
    """`typed(lines, env)`: what a shell prints for lines typed into it, in a clone of the project.

    It ends at the first that fails, as a job of GitHub's does.
    """
    find_program("curl")
    (tmp_path / "data").symlink_to(CHECKOUT / "data")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python").chmod(0o755)
    with truststore(tmp_path, authority) as curlrc:
        (tmp_path / ".curlrc").write_text(curlrc)

        def run(lines: list[str], env: Mapping[str, str]) -> str:
            environ = clean_environment(tmp_path, env)
            result = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
                check=False,
                capture_output=True,
                cwd=tmp_path,
                encoding="utf-8",
                env={**environ, "PATH": f"{programs}:{environ['PATH']}"},
            )
            assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
            return result.stdout

        yield run


def tunnel(iam: IamEndpoint) -> dict[str, str]:
    """The only thing that is not as on the page: nobody resolves the endpoint's name here."""
    return {**AWS, "PGHOSTADDR": "127.0.0.1", "PGPORT": str(iam.port)}


def test_the_steps_one_after_the_other(
    cluster: Server, iam: IamEndpoint, typed: Callable[..., str], tmp_path: Path
) -> None:
    fetch, steps = map(commands, blocks(PAGE, "console"))
    typed(fetch, {})
    assert (tmp_path / ".postgresql" / "root.crt").exists()
    printed = " ".join(typed(steps, tunnel(iam)).split())
    for words in (
        "2 scripts: nothing found.",
        "apply would succeed",
        "Committed: 2 scripts",
        "blog matches the scripts",
        "same 02_seed.sql",
    ):
        assert words in printed
    assert f"blog at {WRITER}:{iam.port} as app" in printed
    assert query(cluster.conninfo("blog"), "SELECT count(*) FROM users") == [3]
    # Each connection had a token of its own, those of the references too.
    assert set(iam.users) == {"app"}
    assert len(iam.users) > 4


def job() -> dict[str, Any]:
    """The only job of the workflow for GitHub Actions."""
    (text,) = blocks("In GitHub Actions", "yaml")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {
        "id-token": "write",
        "contents": "read",
        "pull-requests": "write",
    }
    (found,) = workflow["jobs"].values()
    return dict(found)


@pytest.mark.needs18
def test_the_job_of_github(
    cluster: Server, iam: IamEndpoint, typed: Callable[..., str], tmp_path: Path
) -> None:
    (export, *_) = commands(blocks(PAGE, "console")[1])
    (url,) = re.findall(r"DATABASE_URL=(\S+)", export)
    install, *steps = [step for step in job()["steps"] if "run" in step]
    (extras,) = re.fullmatch(r"pip install '\.\[([\w,]+)\]'", install["run"]).groups()  # type: ignore[union-attr]
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    env = {**job()["env"], "DATABASE_URL": url}
    for step in steps:
        if step["run"].startswith("gh "):
            assert "apply" in (tmp_path / step["run"].split()[-1]).read_text()
            continue
        typed([step["run"]], {**tunnel(iam), "CI": "true", **env})
    (kept,) = [step["with"] for step in job()["steps"] if "upload-artifact" in step.get("uses", "")]
    result = json.loads((tmp_path / kept["path"]).read_text())
    assert (result["exit_code"], result["committed"]) == (0, True)
    assert query(cluster.conninfo("blog"), "SELECT count(*) FROM users") == [3]


@pytest.fixture
def task() -> dict[str, Any]:
    """The task's definition."""
    (text,) = blocks("As a one-off task on ECS", "json")
    found: dict[str, Any] = json.loads(text)
    return found


def image() -> dict[str, list[str]]:
    """The instructions of the image."""
    (text,) = blocks("As a one-off task on ECS", "dockerfile")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        instruction, _, rest = line.partition(" ")
        found.setdefault(instruction, []).append(rest)
    return found


@pytest.mark.needs18
def test_the_task_on_ecs(
    cluster: Server, authority: Authority, typed: Callable[..., str], task: dict[str, Any],
    moto_url: str,
) -> None:  # fmt: skip
    said = image()
    ((url, path),) = [line.split() for line in said["ADD"]]
    assert url == bundle_url(WRITER)
    assert f"chmod 644 {path} " in said["RUN"][0]
    assert said["ENV"] == [f"PGSSLROOTCERT={path}"]
    (container,) = task["containerDefinitions"]
    env = {entry["name"]: entry["value"] for entry in container["environment"]}
    client: Any = boto3.session.Session(KEY_ID, KEY, region_name="eu-central-1").client(
        "secretsmanager", endpoint_url=moto_url
    )
    secret = json.dumps({"username": "app", "password": "…"})
    client.create_secret(Name=env["RUNNER_SECRET"], SecretString=secret)
    client.close()
    command = json.loads(said["ENTRYPOINT"][0]) + json.loads(said["CMD"][0])
    with iam_endpoint(cluster, authority, tokens=False) as endpoint:
        changed = {"AWS_ENDPOINT_URL": moto_url, "PGSSLROOTCERT": str(authority.file)}
        printed = typed([shlex.join(command)], {**tunnel(endpoint), **env, **changed})
    assert "Committed: 2 scripts" in printed


def test_aws_takes_what_the_page_says_of_ecs(task: dict[str, Any]) -> None:
    """By botocore's description of the service, which AWS's command line is made from."""
    client: Any = boto3.session.Session(KEY_ID, KEY, region_name="eu-central-1").client("ecs")
    service = client.meta.service_model
    definition = service.operation_model("RegisterTaskDefinition").input_shape
    assert ParamValidator().validate(task, definition).generate_report() == ""
    answer = {"tasks": [{"taskArn": "arn", "containers": [{"exitCode": 3}]}]}
    for line in commands(blocks("As a one-off task on ECS", "console")[0]):
        aws, ecs, operation, *rest = shlex.split(line)
        assert (aws, ecs) == ("aws", "ecs")
        if operation == "wait":
            waiter = client.get_waiter(xform_name(rest.pop(0).replace("-", "_")))
            operation = xform_name(waiter.config.operation, "-")
        names = {xform_name(name, "-"): name for name in service.operation_names}
        members = service.operation_model(names[operation]).input_shape.members
        options = dict(zip(rest[::2], rest[1::2], strict=True))
        assert jmespath.search(options.pop("--query", "tasks"), answer) is not None
        assert options.pop("--output", "text") == "text"
        assert set(options) <= {f"--{xform_name(name, '-')}" for name in members}
        if network := options.get("--network-configuration"):
            (name,) = re.findall(r"^(\w+)=\{", network)
            of_network = members["networkConfiguration"].members[name].members
            assert set(re.findall(r"(\w+)=\[", network)) <= set(of_network)
    client.close()
