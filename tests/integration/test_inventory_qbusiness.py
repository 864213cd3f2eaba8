# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory of applications, by ``ansible-inventory`` in a process of its own. The witness is boto3."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.survey import VARIABLES
from iam_metadata import metadata
from qbusiness_sandbox.build import build
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.testing import Running, sandbox_process, serving
from resource_world import World, make_world

SAML = {"identityType": "AWS_IAM_IDP_SAML", "iamIdentityProviderArn": "arn:aws:iam::123456789012:saml-provider/okta"}
OTHER_ACCOUNT = "210987654321"


def plain(value: dict[str, Any]) -> Any:
    """Without the mark of texts that are no templates."""
    return value["__ansible_unsafe"] if set(value) == {"__ansible_unsafe"} else value


class Listed:
    """What ``ansible-inventory --list`` answered."""

    def __init__(self, run: subprocess.CompletedProcess[str]) -> None:
        self.text, self.warnings = run.stdout, run.stderr
        self.returncode = run.returncode
        self.groups: dict[str, Any] = json.loads(run.stdout, object_hook=plain) if run.stdout.strip() else {}

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """Host variables by host."""
        return dict(self.groups["_meta"]["hostvars"])

    def group(self, name: str) -> set[str]:
        return set(self.groups.get(name, {}).get("hosts", []))


class Listing(Protocol):
    """Lists the inventory of a configuration."""

    def __call__(self, *arguments: str, fails: bool = False, **options: Any) -> Listed: ...


@pytest.fixture
def world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    """An account with the application ``parent``, an index of it, and an identity provider."""
    aws("iam").create_saml_provider(Name="okta", SAMLMetadataDocument=metadata())
    return make_world(cloud, aws)


@pytest.fixture
def listing(environment: dict[str, str], tmp_path: Path) -> Listing:
    """Run ``ansible-inventory --list``."""
    environment = {
        **environment,
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }

    def run(*arguments: str, fails: bool = False, **options: Any) -> Listed:
        source = tmp_path / "test.qbusiness.yml"
        source.write_text(yaml.safe_dump({"plugin": "qbusiness.federation.qbusiness", **options}), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), "--list", *arguments]
        listed = Listed(
            subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        )
        assert (listed.returncode != 0) == fails, listed.warnings
        return listed

    return run


def federated(world: World, name: str, **tags: str) -> str:
    """An application that signs in by SAML and subscribes people."""
    made = world.application(name, **SAML, tags=[{"key": key, "value": value} for key, value in tags.items()])
    subscription = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_LITE"}
    world.q.update_application(applicationId=made, autoSubscriptionConfiguration=subscription)
    return made


# -- what hosts are ---------------------------------------------------------------------------------------------------


def test_applications_are_hosts(world: World, listing: Listing) -> None:
    made = federated(world, "assistant", team="knowledge", Name="Ask Acme")
    web = world.q.create_web_experience(applicationId=made, title="Ask")["webExperienceId"]
    world.cloud.log.clear()
    listed = listing()
    assert listed.warnings == ""
    assert listed.group("qbusiness") == {"assistant", "parent"}
    host = listed.hosts["assistant"]
    seen = world.q.get_application(applicationId=made)
    endpoint = world.q.get_web_experience(applicationId=made, webExperienceId=web)["defaultEndpoint"]
    expected = {
        "application_id": made,
        "application_arn": seen["applicationArn"],
        "application_name": "assistant",
        "application_status": "ACTIVE",
        "application_tags": {"team": "knowledge", "Name": "Ask Acme"},
        "account_id": world.cloud.account_id,
        "region": world.cloud.region,
        "identity_type": "AWS_IAM_IDP_SAML",
        "identity_provider_arn": SAML["iamIdentityProviderArn"],
        "auto_subscribe": True,
        "subscription_tier": "Q_LITE",
        "web_experience_id": web,
        "web_experience_url": endpoint,
    }
    assert {name: host[name] for name in expected} == expected
    assert host["application"]["display_name"] == "assistant"
    assert host["application"]["created_at"] == seen["createdAt"].isoformat()
    assert host["web_experiences"][0]["saml_acs_url"] == endpoint + "saml"
    assert set(host) == {*expected, "application", "web_experiences"}
    parent = listed.hosts["parent"]
    assert (parent["auto_subscribe"], parent["subscription_tier"], parent["web_experiences"]) == (False, None, [])


def test_nothing_connects_by_itself(world: World, listing: Listing) -> None:
    assert not [name for name in listing().hosts["parent"] if name.startswith("ansible_")]
    composed = listing(compose={"ansible_connection": "'local'", "where": "region ~ '/' ~ account_id"})
    assert composed.hosts["parent"]["ansible_connection"] == "local"
    assert composed.hosts["parent"]["where"] == f"{world.cloud.region}/{world.cloud.account_id}"


def test_calls_are_made_for_what_is_asked_for(world: World, listing: Listing) -> None:
    off = {"include_tags": False, "include_web_experiences": False}
    listing(**off)
    assert world.requests() == ["ListApplications", "GetApplication"]
    world.cloud.log.clear()
    listing()
    assert world.requests() == ["ListApplications", "GetApplication", "ListTagsForResource", "ListWebExperiences"]
    world.cloud.log.clear()
    listing(**off, include_indices=True, include_retrievers=True)
    assert world.requests() == ["ListApplications", "GetApplication", "ListIndices", "GetIndex", "ListRetrievers"]
    world.cloud.log.clear()
    listing(**off, include_data_sources=True)
    assert world.requests() == ["ListApplications", "GetApplication", "ListIndices", "ListDataSources"]


def test_indices_retrievers_and_data_sources_with_their_last_sync(world: World, listing: Listing) -> None:
    ids = {"applicationId": world.application_id}
    native = {"nativeIndexConfiguration": {"indexId": world.index_id}}
    retriever = world.q.create_retriever(**ids, displayName="finder", type="NATIVE_INDEX", configuration=native)
    names = [f"source-{number:02}" for number in range(12)]
    sources = {
        name: world.q.create_data_source(
            **ids,
            indexId=world.index_id,
            displayName=name,
            configuration={"type": "CUSTOM", "version": "1.0.0", "password": "hunter2-canary"},
        )["dataSourceId"]
        for name in names
    }
    started = {**ids, "indexId": world.index_id, "dataSourceId": sources["source-03"]}
    job = world.q.start_data_source_sync_job(**started)["executionId"]
    world.q.stop_data_source_sync_job(**started)
    listed = listing(include_indices=True, include_retrievers=True, include_data_sources=True, include_last_syncs=True)
    host = listed.hosts["parent"]
    assert (host["index_id"], host["index_type"]) == (world.index_id, "ENTERPRISE")
    assert host["indices"][0]["display_name"] == "parent"
    assert (host["retriever_id"], host["retriever_type"]) == (retriever["retrieverId"], "NATIVE_INDEX")
    assert {item["display_name"]: item["data_source_id"] for item in host["data_sources"]} == sources
    by_name = {item["display_name"]: item for item in host["data_sources"]}
    assert (by_name["source-03"]["type"], by_name["source-03"]["index_id"]) == ("CUSTOM", world.index_id)
    seen = world.q.list_data_source_sync_jobs(**started)["history"][0]
    last = by_name["source-03"]["last_sync"]
    assert (last["execution_id"], last["status"]) == (job, seen["status"])
    assert last["start_time"] == seen["startTime"].isoformat()
    assert by_name["source-04"]["last_sync"] is None
    # The connectors' own documents are not for an inventory.
    assert "hunter2-canary" not in json.dumps(listed.groups)


def test_all_pages_are_read(world: World, listing: Listing) -> None:
    world.cloud.settings.page_size = 2
    names = {world_name: world.application(world_name) for world_name in ("a", "b", "c", "d")}
    assert listing().group("qbusiness") == {*names, "parent"}


def test_only_some_identity_types(world: World, listing: Listing) -> None:
    federated(world, "assistant")
    world.cloud.log.clear()
    assert listing(identity_types=["AWS_IAM_IDP_SAML"]).group("qbusiness") == {"assistant"}
    assert world.requests().count("GetApplication") == 1
    assert listing(identity_types=["ANONYMOUS"]).group("qbusiness") == set()


def test_applications_that_go_away_are_left_out(world: World, listing: Listing) -> None:
    world.cloud.settings.polls = {"*": 1000}
    world.q.delete_application(applicationId=world.application_id)
    assert listing().group("qbusiness") == set()


# -- names and groups -------------------------------------------------------------------------------------------------


def test_names_by_preference(world: World, listing: Listing) -> None:
    made = federated(world, "assistant", Name="ask-acme")
    assert listing(hostnames=["application_id"]).group("qbusiness") == {made, world.application_id}
    listed = listing(hostnames=["application_tags.Name", "application_name ~ '.' ~ region"])
    assert listed.group("qbusiness") == {"ask-acme", f"parent.{world.cloud.region}"}


def test_names_that_several_would_have(world: World, listing: Listing) -> None:
    twins = [world.application("twin"), federated(world, "twin", Name="second")]
    listed = listing(hostnames=["application_name", "application_tags.Name"])
    assert listed.group("qbusiness") == {"parent", twins[0], "second"}
    assert "would be called twin" in listed.warnings.replace("\n", " ")


def test_groups(world: World, listing: Listing) -> None:
    federated(world, "one", team="knowledge")
    federated(world, "two", team="sales")
    keyed = [
        {"key": "application_tags.team", "prefix": "team"},
        {"key": "subscription_tier", "prefix": "tier", "default_value": "none"},
        {"key": "region", "separator": ""},
    ]
    listed = listing(keyed_groups=keyed, groups={"applications": "identity_type == 'AWS_IAM_IDP_SAML'"})
    assert listed.group("team_knowledge") == {"one"}
    assert listed.group("team_sales") == {"two"}
    assert listed.group("tier_Q_LITE") == {"one", "two"}
    assert listed.group("tier_none") == {"parent"}
    assert listed.group(world.cloud.region.replace("-", "_")) == {"one", "two", "parent"}
    assert listed.group("applications") == {"one", "two"}
    # Strict: an application without the tag is no longer passed over.
    assert "application_tags" in listing(fails=True, strict=True, keyed_groups=keyed).warnings


def test_a_prefix_of_host_variables(world: World, listing: Listing) -> None:
    keyed = [{"key": "qbusiness_region", "separator": ""}, {"key": "account_id", "prefix": "account"}]
    listed = listing(hostvars_prefix="qbusiness_", hostnames=["qbusiness_application_name"], keyed_groups=keyed)
    assert all(name.startswith("qbusiness_") for name in listed.hosts["parent"])
    assert listed.hosts["parent"]["qbusiness_application_id"] == world.application_id
    assert listed.group(world.cloud.region.replace("-", "_")) == {"parent"}
    assert listed.group(f"account_{world.cloud.account_id}") == {"parent"}


def test_all_host_variables_are_those_that_are_listed(world: World, listing: Listing) -> None:
    parts = ("tags", "web_experiences", "indices", "retrievers", "data_sources", "last_syncs")
    listed = listing(hostvars_prefix="qbusiness_", **{f"include_{part}": True for part in parts})
    assert set(listed.hosts["parent"]) == {f"qbusiness_{name}" for name in VARIABLES}


def test_text_of_the_service_is_no_template(world: World, listing: Listing) -> None:
    world.q.update_application(applicationId=world.application_id, description="{{ lookup('pipe', 'echo pwned') }}")
    listed = listing(compose={"about": "application.description"})
    assert listed.hosts["parent"]["about"] == "{{ lookup('pipe', 'echo pwned') }}"
    assert json.loads(listed.text)["_meta"]["hostvars"]["parent"]["about"] == {
        "__ansible_unsafe": "{{ lookup('pipe', 'echo pwned') }}"
    }


# -- the cache --------------------------------------------------------------------------------------------------------


@pytest.fixture
def cached(tmp_path: Path) -> dict[str, Any]:
    """The options of a cache in files."""
    place = str(tmp_path / "cache")
    return {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_timeout": 600, "cache_connection": place}


def test_a_cache_hit_makes_no_call(world: World, listing: Listing, cached: dict[str, Any], tmp_path: Path) -> None:
    keyed = [{"key": "application_tags.team", "prefix": "team"}]
    federated(world, "assistant", team="knowledge")
    first = listing(**cached, keyed_groups=keyed)
    world.cloud.log.clear()
    second = listing(**cached, keyed_groups=keyed)
    assert world.cloud.log.since() == []
    assert second.groups == first.groups
    assert second.group("team_knowledge") == {"assistant"}
    world.application("new")
    assert listing(**cached).group("qbusiness") == {"assistant", "parent"}
    assert listing("--flush-cache", **cached).group("qbusiness") == {"assistant", "parent", "new"}
    assert listing(**cached).group("qbusiness") == {"assistant", "parent", "new"}
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert world.application_id in text
    assert world.cloud.administrator.secret_access_key not in text
    assert world.cloud.administrator.access_key_id not in text


def test_without_a_cache_everything_is_read_each_time(world: World, listing: Listing) -> None:
    listing()
    world.cloud.log.clear()
    listing()
    assert "ListApplications" in world.requests()


def test_a_role_is_not_taken_for_a_cache_hit(world: World, listing: Listing, cached: dict[str, Any]) -> None:
    role = inventory_role(world, "qbusiness:*")
    first = listing(**cached, assume_role_arn=role)
    assert "AssumeRole" in [entry.operation for entry in world.cloud.log.since()]
    world.cloud.log.clear()
    assert listing(**cached, assume_role_arn=role).groups == first.groups
    assert world.cloud.log.since() == []


# -- accounts, regions, refusals --------------------------------------------------------------------------------------


def inventory_role(world: World, *actions: str, name: str = "inventory", external_id: str = "") -> str:
    """A role of this account that may do just this."""
    iam = world.aws("iam")
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{world.cloud.account_id}:root"},
        "Action": "sts:AssumeRole",
    }
    if external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"])
    allowed = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    )
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allowed)
    return arn


def test_a_role_of_the_account(world: World, listing: Listing) -> None:
    role = inventory_role(world, "qbusiness:*", external_id="acme")
    world.cloud.log.clear()
    listed = listing(accounts=[{"assume_role_arn": role, "external_id": "acme"}])
    assert listed.group("qbusiness") == {"parent"}
    callers = {entry.principal for entry in world.cloud.log.since() if entry.service == "qbusiness"}
    assert callers and all("assumed-role/inventory/" in caller for caller in callers)


def test_the_connections_role_is_the_accounts_default(world: World, listing: Listing) -> None:
    role = inventory_role(world, "qbusiness:*")

    def callers(**account: Any) -> set[bool]:
        world.cloud.log.clear()
        listed = listing(assume_role_arn=role, accounts=[{"regions": [world.cloud.region], **account}])
        assert listed.group("qbusiness") == {"parent"}
        asked = [entry for entry in world.cloud.log.since() if entry.service == "qbusiness"]
        return {"assumed-role/inventory/" in entry.principal for entry in asked}

    assert callers() == {True}
    assert callers(assume_role_arn="") == {False}


def test_parts_that_may_not_be_read_are_left_out(world: World, listing: Listing) -> None:
    world.application("second")
    role = inventory_role(world, "qbusiness:ListApplications", "qbusiness:GetApplication")
    listed = listing(assume_role_arn=role)
    assert listed.group("qbusiness") == {"parent", "second"}
    assert "application_tags" not in listed.hosts["parent"] and "web_experiences" not in listed.hosts["parent"]
    assert "read in part" in listed.warnings.replace("\n", " ")
    assert "ListTagsForResource" in listing(fails=True, strict=True, assume_role_arn=role).warnings


@pytest.fixture
def other(running: Running, tmp_path: Path) -> Iterator[Cloud]:
    """A second cloud, which is another account in another region, and profiles for both."""
    with serving(build(account_id=OTHER_ACCOUNT, region="eu-west-1")) as run:
        sections = []
        for name, there in (("first", running), ("second", run)):
            administrator = there.cloud.administrator
            keys = (
                f"aws_access_key_id = {administrator.access_key_id}\n"
                f"aws_secret_access_key = {administrator.secret_access_key}\n"
            )
            for profile, region, url in (
                (name, there.cloud.region, there.urls["aws"]),
                (f"{name}-gone", "us-west-2", "http://127.0.0.1:9"),
            ):
                sections.append(f"[profile {profile}]\nregion = {region}\nendpoint_url = {url}\n{keys}")
        (tmp_path / "config").write_text("\n".join(sections), encoding="utf-8")
        boto3.client(
            "qbusiness",
            endpoint_url=run.urls["aws"],
            region_name="eu-west-1",
            aws_access_key_id=run.cloud.administrator.access_key_id,
            aws_secret_access_key=run.cloud.administrator.secret_access_key,
        ).create_application(displayName="parent")
        yield run.cloud


@pytest.fixture
def by_profile(environment: dict[str, str]) -> None:
    """Nothing but profiles says where AWS is."""
    for name in ("AWS_ENDPOINT_URL", "AWS_REGION"):
        environment.pop(name)


@pytest.mark.usefixtures("by_profile")
def test_several_accounts(world: World, other: Cloud, listing: Listing) -> None:
    keyed = [{"key": "account_id", "prefix": "account"}, {"key": "region", "separator": ""}]
    listed = listing(
        accounts=[{"profile": "first"}, {"profile": "second"}],
        hostnames=["application_name", "application_name ~ '.' ~ account_id"],
        keyed_groups=keyed,
    )
    names = {f"parent.{world.cloud.account_id}", f"parent.{OTHER_ACCOUNT}"}
    assert listed.group("qbusiness") == names
    assert listed.group(f"account_{OTHER_ACCOUNT}") == listed.group("eu_west_1") == {f"parent.{OTHER_ACCOUNT}"}
    again = listing(accounts=[{"profile": "first"}, {"profile": "first"}])
    assert again.group("qbusiness") == {"parent"}


@pytest.mark.usefixtures("by_profile", "other")
def test_a_region_without_an_endpoint_is_a_warning(world: World, listing: Listing) -> None:
    accounts = [{"profile": "first-gone"}, {"profile": "first"}]
    listed = listing(accounts=accounts)
    assert listed.group("qbusiness") == {"parent"}
    assert "not in the inventory" in listed.warnings.replace("\n", " ") and "first-gone" in listed.warnings
    assert "first-gone" in listing(fails=True, strict=True, accounts=accounts).warnings


def test_a_region_to_which_the_proxy_lets_nobody_through_is_a_warning(tmp_path: Path) -> None:
    """As the embedded cloud's proxy, which knows the hosts of one region."""
    source = tmp_path / "test.qbusiness.yml"
    options = {"plugin": "qbusiness.federation.qbusiness", "regions": ["us-east-1", "eu-west-1"]}
    source.write_text(yaml.safe_dump(options), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), "--list"]
    with sandbox_process() as process:
        environment = {**process.environ(), "HOME": str(tmp_path)}
        run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    warnings = run.stderr.replace("\n", " ")
    assert run.returncode == 0, warnings
    assert "eu-west-1" in warnings and "not in the inventory" in warnings and "us-east-1:" not in warnings


@pytest.mark.usefixtures("by_profile", "other")
def test_an_account_that_may_not_be_read_is_a_warning(world: World, listing: Listing) -> None:
    role = inventory_role(world, "s3:ListBucket")
    accounts = [{"profile": "first", "assume_role_arn": role}, {"profile": "second"}]
    listed = listing(accounts=accounts)
    assert listed.hosts["parent"]["account_id"] == OTHER_ACCOUNT
    assert role in listed.warnings.replace("\n", "")
    assert "AccessDenied" in listed.warnings or "not authorized" in listed.warnings.replace("\n", " ")


def test_nothing_that_can_be_read_is_an_error(world: World, listing: Listing) -> None:
    role = inventory_role(world, "s3:ListBucket")
    assert "No applications can be read" in listing(fails=True, assume_role_arn=role).warnings.replace("\n", " ")


def test_any_other_error_is_one(world: World, listing: Listing) -> None:
    fault = Fault("error", service="qbusiness", operation="ListApplications", count=-1, status=400)
    fault.code, fault.message = "ValidationException", "That cannot be"
    world.cloud.faults.add(fault)
    assert "That cannot be" in listing(fails=True).warnings.replace("\n", " ")


def test_the_file_must_be_named_so(environment: dict[str, str], world: World, tmp_path: Path) -> None:
    source = tmp_path / "hosts.yml"
    source.write_text("plugin: qbusiness.federation.qbusiness\n", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), "--list"]
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert world.requests() == [] and "could not be verified" in run.stderr.replace("\n", " ")
