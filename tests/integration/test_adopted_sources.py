# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources that boto3 made: what a task does not set stays, a rename makes no second one, a removal is said.

The witness is boto3.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ImmutableError, InputError
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource import function as datasource
from conftest import Call
from resource_world import BUCKET, World, confluence_document, s3_document

pytestmark = pytest.mark.usefixtures("instant")

OTHER_BUCKET = "other-documents"
READ = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
}
ENRICHMENT = {
    "inlineConfigurations": [{"target": {"key": "_category", "value": {"stringValue": "a"}}}],
    "preExtractionHookConfiguration": {
        "lambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:clean",
        "s3BucketName": "meanwhile",
        "roleArn": "arn:aws:iam::123456789012:role/clean",
    },
}
MEDIA = {
    "imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"},
    "audioExtractionConfiguration": {"audioExtractionStatus": "ENABLED"},
}


def live_document(bucket: str = BUCKET) -> dict[str, Any]:
    """What somebody set in the console: published documents only, mapped fields, everything anew at each sync."""
    return s3_document(
        syncMode="FORCED_FULL_CRAWL",
        connectionConfiguration={"repositoryEndpointMetadata": {"BucketName": bucket}},
        additionalProperties={
            "inclusionPrefixes": ["published/"],
            "exclusionPatterns": ["*.tmp"],
            "maxFileSizeInMegaBytes": "20",
        },
    )


def v2_document() -> dict[str, Any]:
    return {
        "type": "S3V2",
        "connectionConfiguration": {"bucketName": BUCKET, "bucketOwnerAccountId": "123456789012"},
        "filterConfiguration": {"inclusionPrefixes": ["published/"], "maxFileSizeInMegaBytes": 100},
        "metadataFilesPrefix": "metadata/",
    }


@pytest.fixture
def where(world: World) -> dict[str, str]:
    return {"application_id": world.application_id, "index_id": world.index_id}


@pytest.fixture
def reader(world: World) -> str:
    return world.role("reader", "qbusiness.amazonaws.com", READ)


def made(world: World, reader: str, name: str = "handbook", document: Any = None, **members: Any) -> str:
    """A data source that boto3 made; the log is empty afterwards."""
    answer = world.q.create_data_source(
        applicationId=world.application_id,
        indexId=world.index_id,
        displayName=name,
        configuration=document or live_document(),
        roleArn=reader,
        **members,
    )
    world.cloud.log.clear()
    return str(answer["dataSourceId"])


def seen(world: World, data_source_id: str) -> dict[str, Any]:
    found = world.q.get_data_source(
        applicationId=world.application_id, indexId=world.index_id, dataSourceId=data_source_id
    )
    moving = ("ResponseMetadata", "updatedAt", "createdAt", "error", "status")
    return {key: value for key, value in found.items() if key not in moving}


def names(world: World) -> dict[str, str]:
    found = world.q.list_data_sources(applicationId=world.application_id, indexId=world.index_id)["dataSources"]
    return {item["displayName"]: item["dataSourceId"] for item in found}


def walked(document: dict[str, Any], path: str) -> Any:
    value: Any = document
    for key in path.split("."):
        value = value[key]
    return value


# -- the short options ------------------------------------------------------------------------------------------------


def test_a_new_source_over_a_bucket_gets_a_whole_document(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    given = {**where, "display_name": "handbook", "role_arn": reader, "bucket": BUCKET}
    answer = call(datasource, **given, inclusion_prefixes=["published/"], acl_configuration_file_path="acl.json")
    assert seen(world, answer["data_source_id"])["configuration"] == {
        "type": "S3",
        "syncMode": "FULL_CRAWL",
        "connectionConfiguration": {"repositoryEndpointMetadata": {"BucketName": BUCKET}},
        "repositoryConfigurations": {"document": {"fieldMappings": []}},
        "additionalProperties": {"inclusionPrefixes": ["published/"], "aclConfigurationFilePath": "acl.json"},
    }
    assert answer["differences"] == []
    assert call(datasource, **given)["changed"] is False


def test_a_bucket_alone_changes_nothing_of_a_live_source(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    source = made(
        world,
        reader,
        description="By hand",
        syncSchedule="cron(0 3 * * ? *)",
        vpcConfiguration={"subnetIds": ["subnet-a"], "securityGroupIds": ["sg-a"]},
        documentEnrichmentConfiguration=ENRICHMENT,
        mediaExtractionConfiguration=MEDIA,
    )
    before = seen(world, source)
    for found in ({"display_name": "handbook"}, {"data_source_id": source}):
        answer = call(datasource, **where, **found, bucket=BUCKET)
        assert (answer["changed"], answer["differences"]) == (False, [])
        [item] = call(datasource, **where, data_sources=[{**found, "bucket": BUCKET}])["data_sources"]
        assert item["changed"] is False
    assert world.writes() == []
    # One option is changed, and no other.
    call(datasource, **where, data_source_id=source, bucket=BUCKET, sync_schedule="")
    assert seen(world, source) == {**before, "syncSchedule": ""}


@pytest.mark.parametrize(
    ("document", "option", "value", "path"),
    [
        (live_document(), "inclusion_prefixes", ["a/", "b/"], "additionalProperties.inclusionPrefixes"),
        (live_document(), "inclusion_prefixes", [], "additionalProperties.inclusionPrefixes"),
        (live_document(), "exclusion_prefixes", ["a/"], "additionalProperties.exclusionPrefixes"),
        (live_document(), "inclusion_patterns", ["*.md"], "additionalProperties.inclusionPatterns"),
        (live_document(), "exclusion_patterns", ["*.bak"], "additionalProperties.exclusionPatterns"),
        (live_document(), "metadata_files_prefix", "meta/", "additionalProperties.metadataFilesPrefix"),
        (live_document(), "acl_configuration_file_path", "acl.json", "additionalProperties.aclConfigurationFilePath"),
        (v2_document(), "inclusion_prefixes", ["a/", "b/"], "filterConfiguration.inclusionPrefixes"),
        (v2_document(), "metadata_files_prefix", "meta/", "metadataFilesPrefix"),
    ],
)
def test_each_short_option_is_laid_over_the_document(
    document: dict[str, Any],
    option: str,
    value: Any,
    path: str,
    world: World,
    call: Call,
    where: dict[str, str],
    reader: str,
) -> None:
    source = made(world, reader, document=document)
    given: dict[str, Any] = {**where, "data_source_id": source, option: value}
    planned = call(datasource, True, **given)
    assert world.writes() == []
    answer = call(datasource, **given)
    assert planned["differences"] == answer["differences"]
    assert [item["field"] for item in answer["differences"]] == [f"configuration.{path}"]
    expected = copy.deepcopy(document)
    *parents, last = path.split(".")
    (walked(expected, ".".join(parents)) if parents else expected)[last] = value
    assert seen(world, source)["configuration"] == expected
    assert call(datasource, **given)["changed"] is False


def test_another_bucket_is_a_change_that_is_warned_of(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    source = made(world, reader)
    answer = call(datasource, **where, data_source_id=source, bucket=OTHER_BUCKET)
    [warning] = answer["warnings"]
    assert warning.startswith(f"Data source handbook ({source}) reads bucket {OTHER_BUCKET} instead of {BUCKET}: ")
    assert f"documents of bucket {BUCKET} are removed from the index at the next sync" in warning
    assert seen(world, source)["configuration"] == live_document(OTHER_BUCKET)
    again = call(datasource, **where, data_source_id=source, bucket=OTHER_BUCKET)
    assert (again["changed"], "warnings" in again) == (False, False)


def test_what_the_short_options_cannot_say(world: World, call: Call, where: dict[str, str], reader: str) -> None:
    confluence = made(world, reader, "wiki", confluence_document())
    given = {**where, "role_arn": reader}
    for options, fault in (
        ({"display_name": "a", "bucket": BUCKET, "configuration": s3_document()}, "bucket: is not allowed with"),
        ({"display_name": "a", "inclusion_prefixes": ["a/"]}, "bucket: is required to create"),
        ({"display_name": "a", "bucket": ""}, "bucket: "),
        ({"display_name": "a"}, "configuration: is required to create .* set bucket instead"),
        ({"data_source_id": confluence, "bucket": BUCKET}, "bucket: .* connector CONFLUENCEV2"),
    ):
        with pytest.raises(InputError, match=fault) as caught:
            call(datasource, **given, **options)
        assert len(caught.value.faults) == 1
        with pytest.raises(InputError, match=rf"data_sources\[0\]\.{fault}"):
            call(datasource, **given, data_sources=[options])
    assert world.writes() == []


# -- the document -----------------------------------------------------------------------------------------------------


def test_a_part_of_a_document_keeps_the_rest(world: World, call: Call, where: dict[str, str], reader: str) -> None:
    source = made(world, reader)
    part = {"additionalProperties": {"inclusionPrefixes": ["published/", "archive/"]}}
    given: dict[str, Any] = {**where, "display_name": "handbook", "configuration": part}
    answer = call(datasource, **given)
    assert answer["differences"] == [
        {
            "field": "configuration.additionalProperties.inclusionPrefixes",
            "before": ["published/"],
            "after": ["published/", "archive/"],
            "added": ["archive/"],
            "removed": [],
        }
    ]
    expected = live_document()
    expected["additionalProperties"]["inclusionPrefixes"] = ["published/", "archive/"]
    assert seen(world, source)["configuration"] == expected
    assert call(datasource, **given)["changed"] is False


def test_what_means_the_same_stays_as_it_is_spelled(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    document = confluence_document(isCrawlBlog=True, maxFileSizeInMegaBytes="50", isCrawlPage=True)
    source = made(world, reader, "wiki", document)
    additional = {"isCrawlBlog": "true", "maxFileSizeInMegaBytes": 50, "isCrawlPage": False}
    call(datasource, **where, data_source_id=source, configuration={"additionalProperties": additional})
    expected = {**document["additionalProperties"], "isCrawlPage": False}
    assert seen(world, source)["configuration"]["additionalProperties"] == expected


def test_an_exact_document_removes_what_it_does_not_have(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    source = made(world, reader)
    exact = live_document()
    del exact["additionalProperties"]["exclusionPatterns"]
    given: dict[str, Any] = {**where, "data_source_id": source, "configuration": exact}
    assert call(datasource, **given)["changed"] is False
    answer = call(datasource, **given, configuration_exact=True)
    assert [item["field"] for item in answer["differences"]] == ["configuration.additionalProperties.exclusionPatterns"]
    assert seen(world, source)["configuration"] == exact
    assert call(datasource, **given, configuration_exact=True)["changed"] is False


def test_the_rest_of_enrichment_and_media_stays(world: World, call: Call, where: dict[str, str], reader: str) -> None:
    source = made(world, reader, documentEnrichmentConfiguration=ENRICHMENT, mediaExtractionConfiguration=MEDIA)
    inline = [{"target": {"key": "_category", "value": {"string_value": "b"}}}]
    call(
        datasource,
        **where,
        data_source_id=source,
        document_enrichment_configuration={"inline_configurations": inline},
        media_extraction_configuration={"audio_extraction_configuration": {"audio_extraction_status": "DISABLED"}},
    )
    found = seen(world, source)
    assert found["documentEnrichmentConfiguration"] == {
        **ENRICHMENT,
        "inlineConfigurations": [{"target": {"key": "_category", "value": {"stringValue": "b"}}}],
    }
    assert found["mediaExtractionConfiguration"] == {
        **MEDIA,
        "audioExtractionConfiguration": {"audioExtractionStatus": "DISABLED"},
    }
    assert found["configuration"] == live_document()


# -- names and ids ----------------------------------------------------------------------------------------------------


def test_a_list_renames_by_id(world: World, call: Call, where: dict[str, str], reader: str) -> None:
    source = made(world, reader)
    before = seen(world, source)
    given = [{"data_source_id": source, "display_name": "employee-handbook", "bucket": BUCKET}]
    answer = call(datasource, **where, data_sources=given)
    assert answer["operations"] == world.writes() == ["UpdateDataSource"]
    assert answer["data_sources"][0]["differences"] == [
        {"field": "display_name", "before": "handbook", "after": "employee-handbook"}
    ]
    assert seen(world, source) == {**before, "displayName": "employee-handbook"}
    assert names(world) == {"employee-handbook": source}
    assert call(datasource, **where, data_sources=given)["changed"] is False
    # With the id alone, nothing is said of the name.
    assert call(datasource, **where, data_sources=[{"data_source_id": source}])["changed"] is False


def test_another_name_over_the_same_bucket_is_refused(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    source = made(world, reader)
    new: dict[str, Any] = {"display_name": "renamed", "bucket": BUCKET, "role_arn": reader}
    whole: dict[str, Any] = {"display_name": "renamed", "configuration": s3_document(), "role_arn": reader}
    for check_mode in (True, False):
        for options in (new, whole, {"data_sources": [new]}):
            with pytest.raises(InputError) as caught:
                call(datasource, check_mode, **where, **options)
            for text in ("'renamed'", "handbook", source, BUCKET, f"data_source_id: {source}", "create: true"):
                assert text in caught.value.message
    assert world.writes() == [] and list(names(world)) == ["handbook"]
    # A source over another bucket is another one, and so is one beside a source that the list names.
    call(datasource, **where, data_sources=[{**new, "display_name": "other", "bucket": OTHER_BUCKET}])
    call(datasource, **where, data_sources=[{"display_name": "handbook"}, {**new, "display_name": "second"}])
    call(
        datasource,
        **where,
        data_sources=[{"data_source_id": source}, {"display_name": "second"}, {**new, "display_name": "third"}],
    )
    call(datasource, **where, data_sources=[{**new, "create": True}])
    assert sorted(names(world)) == ["handbook", "other", "renamed", "second", "third"]


def test_two_items_that_mean_one_source_are_refused(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    source = made(world, reader)
    given = [{"data_source_id": source, "display_name": "renamed"}, {"display_name": "handbook"}]
    with pytest.raises(InputError, match=rf"data_sources\[1\]\.display_name: 'handbook' .*{source}.*data_sources\[0\]"):
        call(datasource, **where, data_sources=given)
    assert world.writes() == []


def test_a_rename_to_the_name_of_another_one_is_refused(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    source, other = made(world, reader), made(world, reader, "drafts", live_document(OTHER_BUCKET))
    with pytest.raises(InputError, match=f"display_name: 'drafts' already is the name of data_source {other}"):
        call(datasource, **where, data_source_id=source, display_name="drafts")
    assert world.writes() == []


# -- leaving a list ---------------------------------------------------------------------------------------------------


def test_a_source_that_left_the_list_is_named_and_stays(
    world: World, call: Call, where: dict[str, str], reader: str
) -> None:
    kept, left = made(world, reader), made(world, reader, "drafts", live_document(OTHER_BUCKET))
    listed: list[dict[str, Any]] = [{"display_name": "handbook"}]
    told = {"data_source_id": left, "display_name": "drafts", "type": "S3", "status": "ACTIVE"}
    for check_mode in (True, False):
        answer = call(datasource, check_mode, **where, data_sources=listed)
        assert (answer["changed"], answer["unlisted"]) == (False, [told])
    world.cloud.log.clear()
    call(datasource, **where, data_sources=listed)
    assert world.requests() == ["ListDataSources", "GetDataSource"]
    by_id = call(datasource, **where, data_sources=[{"data_source_id": kept}])
    assert by_id["unlisted"] == [told]
    # Where another item is new, its bucket is known, too.
    new = [*listed, {"display_name": "new", "bucket": "new-documents", "role_arn": reader}]
    assert call(datasource, **where, data_sources=new)["unlisted"] == [{**told, "bucket": OTHER_BUCKET}]
    assert sorted(names(world)) == ["drafts", "handbook", "new"]
    everything = [{"display_name": name} for name in names(world)]
    assert call(datasource, **where, data_sources=everything)["unlisted"] == []


def test_a_removal_says_which_documents_go(world: World, call: Call, where: dict[str, str], reader: str) -> None:
    world.bucket("published/a.txt", "published/b.txt")
    source = made(world, reader)
    ids = {"applicationId": world.application_id, "indexId": world.index_id, "dataSourceId": source}
    world.q.start_data_source_sync_job(**ids)
    [job] = world.q.list_data_source_sync_jobs(**ids)["history"]
    scanned = job["metrics"]["documentsScanned"]
    assert scanned == "2"
    new = {"display_name": "new", "bucket": OTHER_BUCKET, "role_arn": reader}
    given = [new, {"display_name": "handbook", "state": "absent"}]
    world.cloud.log.clear()
    planned = call(datasource, True, **where, data_sources=given)
    answer = call(datasource, **where, data_sources=given)
    assert planned["lost"] == answer["lost"] == answer["data_sources"][1]["lost"]
    assert answer["lost"] == [
        f"data source handbook ({source}); the documents that it synced are deleted from the index: 2 at its last sync"
    ]
    assert world.writes() == ["DeleteDataSource", "CreateDataSource"]


def test_the_connector_stays_what_it_is(world: World, call: Call, where: dict[str, str], reader: str) -> None:
    source = made(world, reader)
    with pytest.raises(ImmutableError, match=r"configuration\.type"):
        call(datasource, **where, data_source_id=source, configuration={"type": "S3V2"})
    assert world.writes() == []
