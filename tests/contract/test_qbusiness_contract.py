# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded Q Business against its own service model.

All operations are driven with success through boto3; everything that the model forbids in the input of every Create,
Update, Put, Associate, List, Get and Delete is refused, one violation at a time, sent as raw HTTP.

About 2,360 violations were expected; there are 2,884. Each place of an input counts by itself, down to the elements of
lists and the keys and values of maps in every arm of every union, and each kind once at each place. The likely surplus
is in places that hold other values: a list, a map or a structure is also sent as a value of another type (392 of the
1,016 wrong types; the other 624 are of strings, numbers and times), and a union is sent without an arm (86) and with
two (83). Without these 561 there would be 2,323. How the expected number was counted is not known.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from qbusiness_cases import OPERATIONS, baselines, violations
from qbusiness_paths import LEFT_OUT, UNKNOWN
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.qbusiness import answering, model, routing
from qbusiness_sandbox.qbusiness.room import QBusinessRoom
from qbusiness_sandbox.testing import serving
from qbusiness_scenario import PersonalRoom, Scenario, chat_request
from qbusiness_wire import Wire, assemble, location
from qbusiness_world import OBJECTS, ROLE, World, build, new_room, s3_configuration
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

#: What was counted with this botocore; another model has other numbers.
BOTOCORE = "1.44.5"
COUNTS = {
    "above maximum": 21,
    "below minimum": 23,
    "enum": 70,
    "no arm": 86,
    "pattern": 318,
    "required": 259,
    "too long": 585,
    "too short": 423,
    "two arms": 83,
    "type": 1016,
}
TOTAL = 2884
BASELINES = 101
PATHS = {
    "empty": {UNKNOWN: 120},
    "left out": {UNKNOWN: 93, "400 ValidationException": 19, "200": 8},
}


def client_of(url: str) -> Any:
    """A boto3 client with made-up keys."""
    return boto3.client(
        "qbusiness",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    cloud, room = new_room()
    with serving(cloud, {"qbusiness": room}) as run:
        wire = Wire(run.urls["qbusiness"])
        yield build(room, wire)
        wire.close()


@pytest.fixture(autouse=True)
def _restored(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "world" in request.fixturenames:
        request.getfixturevalue("world").restore()


def test_counts_belong_to_this_model() -> None:
    assert botocore.__version__ == BOTOCORE, "Another service model: look at the counts below, then change them"


# -- success --------------------------------------------------------------------------------------------------------


def test_every_operation_is_driven_with_success(capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud()
    cloud.settings.polls = {"*": 0}
    room = PersonalRoom(cloud)
    room.bucket_reader = lambda bucket, role, application: OBJECTS
    driven: set[str] = set()
    bodies: list[tuple[str, bytes]] = []

    def seen(http_response: Any, model: Any, **more: Any) -> None:
        if http_response.status_code == 200:
            driven.add(model.name)
            bodies.append((model.name, http_response.content))

    with serving(cloud, {"qbusiness": room}) as run:
        client = client_of(run.urls["qbusiness"])
        client.meta.events.register("after-call.qbusiness.*", seen)
        Scenario(client, room).run()
        wire = Wire(run.urls["qbusiness"])
        answer = wire.send(*chat_request("0" * 36))
        wire.close()
    assert answer.brief == "501 NotImplementedException"
    assert not hasattr(client, "chat")
    assert driven | {"Chat"} == set(model.names())
    with capsys.disabled():
        print(f"\n{len(driven)} operations driven with success, and Chat answered 501: {len(driven) + 1} in all")
    for name, body in bodies:
        shape = model.operation(name).output_shape
        if shape is not None:
            assert list(faults(shape, json.loads(body), name)) == []


def faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    """What is wrong with an answer, by a reading of the model that shares nothing with the sandbox's own."""
    kind = shape.type_name
    plain: dict[str, Any] = {
        "string": str,
        "boolean": bool,
        "integer": int,
        "long": int,
        "blob": str,
        "list": list,
        "map": dict,
    }
    if kind == "structure":
        yield from structure_faults(shape, value, path)
    elif kind == "timestamp":
        if type(value) not in (int, float) or round(value, 3) != value:
            yield f"{path}: {value!r} is not a time in epoch seconds with three decimals"
    elif value.__class__ is not plain[kind]:
        yield f"{path}: {value!r} is no {kind}"
    elif kind == "list":
        for number, item in enumerate(value):
            yield from faults(shape.member, item, f"{path}[{number}]")
    elif kind == "map":
        for key, item in value.items():
            yield from faults(shape.value, item, f"{path}.{key}")
    elif shape.metadata.get("enum") and value not in shape.metadata["enum"]:
        yield f"{path}: {value!r} is no {shape.name}"


def structure_faults(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.is_document_type:
        return
    if value.__class__ is not dict or (shape.is_tagged_union and len(value) != 1):
        yield f"{path}: {value!r} is no {shape.name}"
        return
    for name, item in value.items():
        if name not in shape.members:
            yield f"{path}.{name}: unknown"
        else:
            yield from faults(shape.members[name], item, f"{path}.{name}")
    if value:
        yield from (f"{path}.{name}: missing" for name in shape.required_members if name not in value)


def test_a_wrong_answer_is_not_sent() -> None:
    for values in (
        {"applicationId": "short"},
        {"unheardOf": 1},
        {"status": "READY"},
        {"createdAt": "today"},
    ):
        with pytest.raises((answering.AnswerError, ValueError)):
            answering.answer("GetApplication", values)
    assert json.loads(answering.answer("GetApplication", {"createdAt": 1.23456}).get_data()) == {"createdAt": 1.235}


def test_unset_unions_are_left_out() -> None:
    body = json.loads(answering.answer("GetRetriever", {"configuration": {}, "displayName": "x"}).get_data())
    assert body == {"displayName": "x"}


# -- what the model forbids -----------------------------------------------------------------------------------------


def test_a_valid_request_of_every_operation_is_accepted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    count = 0
    for name in OPERATIONS:
        for values in baselines(world, name):
            answer = world.wire.send(*assemble(model.operation(name), values))
            assert answer.status == 200, (name, values, answer)
            count += 1
            world.restore()
    with capsys.disabled():
        print(f"\n{count} valid requests of {len(OPERATIONS)} operations accepted")
    assert count == BASELINES


def test_every_violation_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    counts: Counter[str] = Counter()
    failures: list[str] = []
    before = copy.deepcopy(world.room.dump())
    for name in OPERATIONS:
        operation = model.operation(name)
        for violation in violations(world, name):
            counts[violation.kind] += 1
            answer = world.wire.send(*assemble(operation, violation.values))
            fields = answer.body.get("fields", [])
            named = any(field["name"].partition(".")[0] == violation.path[0] for field in fields)
            if answer.brief != "400 ValidationException" or not named or "reason" not in answer.body:
                failures.append(f"{violation}: {answer}"[:300])
    with capsys.disabled():
        print("\nviolations refused:", ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())))
        print(f"in all {counts.total()}, of which failed {len(failures)}")
    assert failures == []
    assert dict(counts) == COUNTS
    assert counts.total() == TOTAL
    assert world.room.dump() == before, "A refused request has changed something"


def test_every_operation_of_the_seven_verbs_has_violations(world: World) -> None:
    without = [name for name in OPERATIONS if not violations(world, name)]
    assert without == []


@pytest.mark.parametrize("kind", ["empty", "left out"])
def test_paths_without_a_member(world: World, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    answers: Counter[str] = Counter()
    for name in OPERATIONS:
        operation = model.operation(name)
        values = baselines(world, name)[0]
        for member, shape in operation.input_shape.members.items():
            if location(shape) != "uri":
                continue
            method, target, body = assemble(operation, {**values, member: "\x7f"})
            assert target.count("/%7F") == 1
            target = target.replace("/%7F", "/" if kind == "empty" else "")
            becomes, wanted = (
                LEFT_OUT.get((name, member), ("Unknown", UNKNOWN)) if kind != "empty" else ("Unknown", UNKNOWN)
            )
            request = Request(EnvironBuilder(method=method, environ_overrides={"REQUEST_URI": target}).get_environ())
            assert world.room.identify(request).name == becomes, (name, member)
            answer = world.wire.send(method, target, body)
            assert answer.brief == wanted, (name, member, answer)
            answers[answer.brief] += 1
            world.restore()
    with capsys.disabled():
        print(f"\npath members {kind}: {dict(answers)}")
    assert dict(answers) == PATHS[kind]


def test_the_stated_list_has_no_idle_line() -> None:
    known = {
        (name, member)
        for name in OPERATIONS
        for member, shape in model.operation(name).input_shape.members.items()
        if location(shape) == "uri"
    }
    assert set(LEFT_OUT) <= known


def test_bodies_that_are_no_json(world: World) -> None:
    connection = world.wire._connection
    for data in (b"{", b"[]", b'"text"', b"\xff"):
        connection.request("POST", "/applications", data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = json.loads(response.read())
        assert (response.status, body["reason"]) == (400, "CANNOT_PARSE")


# -- routing --------------------------------------------------------------------------------------------------------


def test_encoded_segments_are_decoded_after_matching(world: World) -> None:
    ids = world.ids["main"]
    name = "a/b:c d+é?#%2F"
    group = {"applicationId": ids["applicationId"], "indexId": ids["indexId"], "groupName": name}
    world.must("PutGroup", **group, type="INDEX", groupMembers={})
    assert world.must("GetGroup", **group)["status"]["status"] == "SUCCEEDED"
    listed = world.must("ListGroups", **{k: group[k] for k in ("applicationId", "indexId")}, updatedEarlierThan=4e9)
    assert {"groupName": name} in listed["items"]


def test_chat_and_chat_sync_differ_by_a_bare_key(world: World) -> None:
    ids = world.ids["anonymous"]
    path = f"/applications/{ids['applicationId']}/conversations"
    for query, status in (("?sync", 200), ("?sync=", 200), ("", 501), ("?synchronous", 501)):
        assert world.wire.send("POST", path + query, {"userMessage": "holidays"}).status == status


def test_unknown_paths(world: World) -> None:
    for method, target in (("GET", "/"), ("GET", "/applications/"), ("PATCH", "/applications"), ("GET", "/v1/tags")):
        answer = world.wire.send(method, target)
        assert answer.brief == UNKNOWN
        assert answer.body["reason"] == "UNKNOWN_OPERATION"


def test_only_writes_are_writes() -> None:
    reads = {name for name in model.names() if not routing.writes(name)}
    assert reads == {name for name in model.names() if name.startswith(("Get", "List", "Check", "Search"))}


# -- pages ----------------------------------------------------------------------------------------------------------

#: How many items each list of the world below has.
SEVERAL = 3


def populate(client: Any, room: QBusinessRoom) -> dict[str, dict[str, Any]]:
    """Several of everything that can be listed; answers each paginator's arguments."""
    q = client
    numbers = range(SEVERAL)
    a, *_others = [q.create_application(displayName=f"a{n}")["applicationId"] for n in numbers]
    center = q.create_application(
        displayName="c",
        identityType="AWS_IAM_IDC",
        identityCenterInstanceArn="arn:aws:sso:::instance/ssoins-" + "0" * 16,
    )["applicationId"]
    i, *_others = [q.create_index(applicationId=a, displayName=f"i{n}")["indexId"] for n in numbers]
    index = {"applicationId": a, "indexId": i}
    native = {"nativeIndexConfiguration": {"indexId": i}}
    for n in numbers:
        r = q.create_retriever(applicationId=a, type="NATIVE_INDEX", displayName=f"r{n}", configuration=native)
        d = q.create_data_source(**index, displayName=f"d{n}", roleArn=ROLE, configuration=s3_configuration(f"b{n}"))
        q.create_web_experience(applicationId=a)
        auth: dict[str, Any] = {"noAuthConfiguration": {}}
        p = q.create_plugin(applicationId=a, displayName=f"p{n}", type="ASANA", authConfiguration=auth)
        q.create_chat_response_configuration(applicationId=a, displayName=f"c{n}", responseConfigurations={"ALL": {}})
        action = [{"action": "qbusiness:SearchRelevantContent"}]
        q.create_data_accessor(applicationId=center, principal=ROLE, actionConfigurations=action, displayName=f"d{n}")
        person = {"user": f"0a1b2c3d-0000-4000-8000-00000000000{n}"}
        q.create_subscription(applicationId=center, principal=person, type="Q_LITE")
        q.put_group(**index, groupName=f"g{n}", type="INDEX", groupMembers={})
        documents = [{"id": f"doc{n}", "content": {"blob": b"about holidays"}}]
        q.batch_put_document(**index, documents=documents)
    source = {**index, "dataSourceId": d["dataSourceId"]}
    for _unused in numbers:
        q.start_data_source_sync_job(**source)
        files = [{"name": "f", "data": b"x"}]
        said = q.chat_sync(applicationId=a, userId="ann", userMessage="holidays", attachments=files)
    topics = [{"name": f"t{n}", "rules": []} for n in range(2)]
    q.update_chat_controls_configuration(applicationId=a, topicConfigurationsToCreateOrUpdate=topics)
    mine = {"applicationId": a, "userId": "ann"}
    in_main, in_center = {"applicationId": a}, {"applicationId": center}
    return {
        "get_chat_controls_configuration": in_main,
        "list_applications": {},
        "list_attachments": mine,
        "list_chat_response_configurations": in_main,
        "list_conversations": mine,
        "list_data_accessors": in_center,
        "list_data_source_sync_jobs": source,
        "list_data_sources": index,
        "list_documents": index,
        "list_groups": {**index, "updatedEarlierThan": 4_000_000_000},
        "list_indices": in_main,
        "list_messages": {**mine, "conversationId": said["conversationId"]},
        "list_plugin_actions": {**in_main, "pluginId": p["pluginId"]},
        "list_plugin_type_actions": {"pluginType": "ASANA"},
        "list_plugin_type_metadata": {},
        "list_plugins": in_main,
        "list_retrievers": in_main,
        "list_subscriptions": in_center,
        "list_web_experiences": in_main,
        "search_relevant_content": {
            **in_main,
            "queryText": "holidays",
            "contentSource": {"retriever": {"retrieverId": r["retrieverId"]}},
        },
    }


def test_pages_of_one_add_up_to_the_whole() -> None:
    cloud, plain = new_room()
    room = PersonalRoom(cloud)
    room.bucket_reader = plain.bucket_reader
    with serving(cloud, {"qbusiness": room}) as run:
        client = client_of(run.urls["qbusiness"])
        arguments = populate(client, room)
        can = {name for name in client.meta.method_to_api_mapping if client.can_paginate(name)}
        assert can == set(arguments)
        # The search wants a person; everything else above names its user or is the administrator's.
        arguments["search_relevant_content"] |= anonymous_search(client)
        for name, values in arguments.items():
            paginator = client.get_paginator(name)
            key = str(paginator.result_keys[0].expression)
            whole = getattr(client, name)(**values)[key]
            assert len(whole) >= 2, name
            cloud.settings.page_size = 1
            pages = [page[key] for page in paginator.paginate(**values)]
            cloud.settings.page_size = 0
            assert [len(page) for page in pages] == [1] * len(whole), name
            assert [page[0] for page in pages] == whole, name
            asked = [page[key] for page in paginator.paginate(**values, PaginationConfig={"PageSize": 1})]
            assert asked == pages, name


def anonymous_search(client: Any) -> dict[str, Any]:
    """What to search in an anonymous application with several documents."""
    a = client.create_application(displayName="anonymous", identityType="ANONYMOUS")["applicationId"]
    i = client.create_index(applicationId=a, displayName="i")["indexId"]
    native = {"nativeIndexConfiguration": {"indexId": i}}
    r = client.create_retriever(applicationId=a, type="NATIVE_INDEX", displayName="r", configuration=native)[
        "retrieverId"
    ]
    documents = [{"id": f"doc{n}", "content": {"blob": b"about holidays"}} for n in range(SEVERAL)]
    client.batch_put_document(applicationId=a, indexId=i, documents=documents)
    return {"applicationId": a, "contentSource": {"retriever": {"retrieverId": r}}}


def test_tokens_of_another_list_are_refused(world: World) -> None:
    for target in ("/applications?nextToken=nonsense", "/applications?nextToken=TGlzdEluZGljZXM6MQ=="):
        assert world.wire.send("GET", target).brief == "400 ValidationException"
