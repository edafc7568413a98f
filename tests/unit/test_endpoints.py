from __future__ import annotations

import pytest

from runner.connect.aws import bundle_url, is_rds, region, writer_hint

WRITER = "blog.cluster-abc123.eu-central-1.rds.amazonaws.com"
READER = "blog.cluster-ro-abc123.eu-central-1.rds.amazonaws.com"
CUSTOM = "reports.cluster-custom-abc123.eu-central-1.rds.amazonaws.com"
INSTANCE = "blog-1.abc123.eu-central-1.rds.amazonaws.com"
PROXY = "blog.proxy-abc123.eu-central-1.rds.amazonaws.com"
CHINA = "blog.cluster-abc123.rds.cn-north-1.amazonaws.com.cn"
GOVERNMENT = "blog.abc123.us-gov-west-1.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (WRITER, "eu-central-1"),
        (f"{WRITER}.", "eu-central-1"),
        (WRITER.upper(), "eu-central-1"),
        (PROXY, "eu-central-1"),
        (CHINA, "cn-north-1"),
        ("blog.abc123.cn-north-1.rds.amazonaws.com.cn", "cn-north-1"),
        (GOVERNMENT, "us-gov-west-1"),
    ],
)
def test_an_endpoint_of_rds_names_its_region(host: str, name: str) -> None:
    assert is_rds(host)
    assert region(host) == name


def test_an_alias_in_the_domain_of_rds_names_no_region() -> None:
    assert is_rds("db.rds.amazonaws.com")
    assert region("db.rds.amazonaws.com") is None
    assert "global-bundle" in bundle_url("db.rds.amazonaws.com")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "10.0.0.1",
        "/var/run/postgresql",
        "db.example.com",
        "eu-central-1.rds.amazonaws.com.evil.example",
        "blogrds.amazonaws.com",
        "ec2-1-2-3-4.compute.amazonaws.com",
    ],
)
def test_others_are_not_taken_for_one(host: str) -> None:
    assert not is_rds(host)
    assert region(host) is None


@pytest.mark.parametrize(
    ("host", "start"),
    [
        (WRITER, "https://truststore.pki.rds.amazonaws.com/global/"),
        (GOVERNMENT, "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/"),
        (CHINA, "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/"),
        (PROXY, "https://www.amazontrust.com/repository/AmazonRootCA1.pem"),
    ],
)
def test_each_has_its_certificates(host: str, start: str) -> None:
    assert bundle_url(host).startswith(start)


@pytest.mark.parametrize(
    ("host", "text"),
    [
        (READER, f"is the cluster's reader endpoint. The writer endpoint is probably {WRITER}"),
        (CUSTOM, "probably CLUSTER.cluster-abc123.eu-central-1.rds.amazonaws.com"),
        (INSTANCE, "probably CLUSTER.cluster-abc123.eu-central-1.rds.amazonaws.com"),
        (WRITER, "may be failing over"),
        (PROXY, "RDS Proxy"),
        ("db.example.com", "the primary of this cluster"),
    ],
)
def test_the_writer_is_guessed(host: str, text: str) -> None:
    assert text in writer_hint(host)
