# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``s3_bucket_statement`` on the embedded cloud; the witness is boto3."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    NotFoundError,
    ServiceError,
    WaitError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.bucket_statement import BucketStatement
from ansible_collections.qbusiness.federation.plugins.modules.s3_bucket_statement import function
from botocore.exceptions import ClientError
from conftest import Call, Play
from qbusiness_sandbox.cloud import Cloud, Fault

BUCKET = "theme-bucket"
SID = "QBusinessTheme"
#: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/customizing-web-experience-themes.html
STATEMENT: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "application.qbusiness.amazonaws.com"},
    "Action": ["s3:GetObject"],
    "Resource": [f"arn:aws:s3:::{BUCKET}/theme.css", f"arn:aws:s3:::{BUCKET}/logo.png"],
    "Condition": {
        "StringLike": {"aws:Referer": ["abcdefgh.chat.qbusiness.us-east-1.on.aws"]},
        "Bool": {"aws:SecureTransport": "true"},
    },
}
#: What somebody else put there: one with a Sid, one without.
OTHERS: list[dict[str, Any]] = [
    {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{BUCKET}/*"},
    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/public/*"},
]
Witness = Callable[[str], Any]


def last(cloud: Cloud) -> int:
    """The number of the log's last entry."""
    return max((entry.number for entry in cloud.log.since()), default=0)


def policy(aws: Witness) -> Any:
    """The bucket's policy; ``None`` when it has none."""
    try:
        return json.loads(aws("s3").get_bucket_policy(Bucket=BUCKET)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        return None


@pytest.fixture
def bucket(aws: Witness, cloud: Cloud) -> str:
    aws("s3").create_bucket(Bucket=BUCKET)
    return BUCKET


@pytest.fixture
def shared(aws: Witness, bucket: str) -> str:
    """The bucket with a policy of somebody else."""
    document = {"Version": "2008-10-17", "Id": "theirs", "Statement": OTHERS}
    aws("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    return bucket


def test_into_an_empty_policy_and_out(call: Call, aws: Witness, cloud: Cloud, bucket: str) -> None:
    given: dict[str, Any] = {"bucket": bucket, "sid": SID, "statement": STATEMENT}
    before = last(cloud)
    planned = call(function, check_mode=True, **given)
    assert cloud.log.writes(before) == []
    made = call(function, **given)
    assert made["operations"] == planned["operations"] == ["PutBucketPolicy"]
    assert made["diff"] == planned["diff"]
    assert policy(aws) == {"Version": "2012-10-17", "Statement": [{"Sid": SID, **STATEMENT}]}
    assert made["statement"] == {"bucket": bucket, "sid": SID, "document": {"Sid": SID, **STATEMENT}}
    before = last(cloud)
    assert call(function, **given)["changed"] is False
    assert [entry.operation for entry in cloud.log.since(before)] == ["GetBucketPolicy"]
    gone = call(function, bucket=bucket, sid=SID, state="absent")
    assert gone["operations"] == ["DeleteBucketPolicy"]
    assert gone["lost"] == [f"statement {SID} of the policy of bucket {bucket}"]
    assert policy(aws) is None
    assert call(function, bucket=bucket, sid=SID, state="absent")["changed"] is False


def test_others_are_kept(call: Call, aws: Witness, cloud: Cloud, shared: str) -> None:
    call(function, bucket=shared, sid=SID, statement=STATEMENT)
    document = {"Version": "2008-10-17", "Id": "theirs"}
    assert policy(aws) == {**document, "Statement": [*OTHERS, {"Sid": SID, **STATEMENT}]}
    other = {**STATEMENT, "Resource": f"arn:aws:s3:::{BUCKET}/else.css"}
    changed = call(function, bucket=shared, sid=SID, statement=other)
    assert changed["diff"]["before"]["document"]["Resource"] == STATEMENT["Resource"]
    assert policy(aws) == {**document, "Statement": [*OTHERS, {"Sid": SID, **other}]}
    gone = call(function, bucket=shared, sid=SID, state="absent")
    assert gone["operations"] == ["PutBucketPolicy"]
    assert policy(aws) == {**document, "Statement": OTHERS}


def test_compared_by_meaning(call: Call, cloud: Cloud, bucket: str) -> None:
    call(function, bucket=bucket, sid=SID, statement=STATEMENT)
    same = {
        **STATEMENT,
        "Action": "s3:GetObject",
        "Resource": STATEMENT["Resource"][::-1],
        "Condition": {
            "Bool": {"aws:SecureTransport": True},
            "StringLike": {"aws:Referer": "abcdefgh.chat.qbusiness.us-east-1.on.aws"},
        },
    }
    assert call(function, bucket=bucket, sid=SID, statement=same)["changed"] is False


class Rival:
    """Another client, which has read the policy before ours was in it, and writes after us."""

    def __init__(self, aws: Witness, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
        self.s3, self.count, self.turns = aws("s3"), count, 0
        ours = Aws.call

        def call(client: Aws, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
            answer = ours(client, service, operation, **parameters)
            if operation == "PutBucketPolicy" and self.turns < self.count:
                self.write()
            return answer

        monkeypatch.setattr(Aws, "call", call)

    def write(self) -> None:
        self.turns += 1
        statements = [*OTHERS, {**OTHERS[1], "Sid": f"Rival{self.turns}"}]
        self.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def sids(aws: Witness) -> list[str]:
    return [statement.get("Sid", "") for statement in policy(aws)["Statement"]]


@pytest.mark.usefixtures("instant")
def test_a_rival_that_takes_ours_away_is_outlasted(
    call: Call, aws: Witness, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote is kept."""
    rival = Rival(aws, monkeypatch, 2)
    made = call(function, bucket=shared, sid=SID, statement=STATEMENT)
    assert rival.turns == 2
    assert (made["changed"], made["operations"]) == (True, ["PutBucketPolicy"] * 3)
    assert sids(aws) == ["Theirs", "", "Rival2", SID]


@pytest.mark.usefixtures("instant")
def test_a_rival_that_never_stops_is_named(
    call: Call, aws: Witness, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never is a statement answered that is not there."""
    rival = Rival(aws, monkeypatch, 99)
    with pytest.raises(WaitError, match=f"statement {SID}, was written 5 times .* Somebody else writes there"):
        call(function, bucket=shared, sid=SID, statement=STATEMENT)
    assert rival.turns == 5
    assert SID not in sids(aws)


def test_the_policy_is_read_anew_before_it_is_written(
    call: Call, aws: Witness, shared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others put there while ours was being compared is kept, also when ours goes."""
    changed = BucketStatement._changed
    late = ["Late1", "Late2"]
    compared: list[BucketStatement] = []

    def slow(self: BucketStatement, statement: Any) -> dict[str, Any]:
        """The first comparison of a task takes its time."""
        document = changed(self, statement)
        if self not in compared:
            compared.append(self)
            now = policy(aws)
            now["Statement"].append({**OTHERS[1], "Sid": late[len(compared) - 1]})
            aws("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(now))
        return document

    monkeypatch.setattr(BucketStatement, "_changed", slow)
    call(function, bucket=shared, sid=SID, statement=STATEMENT)
    assert sids(aws) == ["Theirs", "", "Late1", SID]
    call(function, bucket=shared, sid=SID, state="absent")
    assert sids(aws) == ["Theirs", "", "Late1", "Late2"]


@pytest.mark.usefixtures("instant")
def test_a_principal_that_s3_does_not_know_yet(call: Call, aws: Witness, cloud: Cloud, bucket: str) -> None:
    text = "Invalid principal in policy"
    refusal = Fault("error", "s3", "PutBucketPolicy", status=400, code="MalformedPolicy", count=3)
    cloud.faults.add(replace(refusal, message=text))
    assert call(function, bucket=bucket, sid=SID, statement=STATEMENT)["changed"] is True
    assert sids(aws) == [SID]
    cloud.faults.add(
        Fault("error", "s3", "PutBucketPolicy", status=400, code="MalformedPolicy", message="Bad", count=3)
    )
    with pytest.raises(ServiceError, match="Bad"):
        call(function, bucket=bucket, sid="Other", statement=STATEMENT)
    assert [fault["count"] for fault in cloud.faults.pending()] == [2]


def test_a_bucket_that_is_not_there(call: Call, cloud: Cloud) -> None:
    given: dict[str, Any] = {"bucket": BUCKET, "sid": SID, "statement": STATEMENT}
    with pytest.raises(NotFoundError, match="there is no bucket theme-bucket"):
        call(function, **given)
    planned = call(function, check_mode=True, **given)
    assert planned["operations"] == ["PutBucketPolicy"]
    assert "no bucket theme-bucket yet" in planned["warnings"][0]
    assert call(function, bucket=BUCKET, sid=SID, state="absent")["changed"] is False
    assert cloud.log.writes() == []


def test_all_faults_at_once(call: Call, cloud: Cloud) -> None:
    statement = {"Sid": "Other", "Effect": "allow", "Action": "s3:GetObject", "Resource": "*", "Principals": "*"}
    with pytest.raises(InputError) as caught:
        call(function, bucket="Theme", sid="a b", statement=statement)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "bucket",
        "sid",
        "statement.Sid",
        "statement.Effect",
        "statement",
        "statement.Principals",
    ]
    assert cloud.log.since() == []


def test_a_policy_that_would_be_too_long(call: Call, cloud: Cloud, bucket: str) -> None:
    long = {**STATEMENT, "Resource": [f"arn:aws:s3:::{BUCKET}/{number:0100d}.css" for number in range(200)]}
    before = last(cloud)
    with pytest.raises(InputError, match="S3 takes 20480"):
        call(function, bucket=bucket, sid=SID, statement=long)
    assert cloud.log.writes(before) == []


def test_a_real_playbook(play: Play, aws: Witness, cloud: Cloud, bucket: str) -> None:
    options = {"bucket": bucket, "sid": SID, "statement": STATEMENT}
    task = {"qbusiness.federation.s3_bucket_statement": options}
    first, second = play([task, task], "--diff").results
    assert (first["changed"], second["changed"]) == (True, False)
    assert policy(aws)["Statement"] == [{"Sid": SID, **STATEMENT}]
