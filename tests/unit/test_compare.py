# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparison by meaning."""

from __future__ import annotations

import base64
import json
import textwrap
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import compare
from ansible_collections.qbusiness.federation.plugins.module_utils.compare import (
    same,
    same_certificate,
    same_encryption,
    same_json,
    same_or_both_empty,
    same_policy,
    same_unordered,
    same_unordered_by,
    tag_changes,
    tags_after,
    within,
)
from hypothesis import given
from hypothesis import strategies as st

EMPTIES: list[Any] = [None, "", [], {}, ()]


# -- absent, null, empty --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", EMPTIES, ids=repr)
@pytest.mark.parametrize("right", EMPTIES, ids=repr)
def test_empties_are_alike_where_the_service_does_not_tell_them_apart(left: Any, right: Any) -> None:
    assert same_or_both_empty(left, right)


@pytest.mark.parametrize("value", [False, 0, 0.0, "0", "false", [None], {"a": None}], ids=repr)
@pytest.mark.parametrize("empty", EMPTIES, ids=repr)
def test_what_is_said_is_not_empty(value: Any, empty: Any) -> None:
    assert not same_or_both_empty(value, empty)
    assert not same_or_both_empty(empty, value)


@pytest.mark.parametrize(("left", "right"), [("", None), ([], None), ({}, None), ("", []), (False, None), (0, None)])
def test_empties_differ_where_the_service_tells_them_apart(left: Any, right: Any) -> None:
    assert not same(left, right)


# -- plain values ---------------------------------------------------------------------------------------------------


def test_order_of_keys_has_no_meaning() -> None:
    assert same({"a": {"x": 1, "y": [1, 2]}, "b": 2}, {"b": 2, "a": {"y": [1, 2], "x": 1}})
    assert not same({"a": [1, 2]}, {"a": [2, 1]})


def test_times_are_compared_as_moments() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert same({"t": noon}, {"t": noon.astimezone(timezone(timedelta(hours=2)))})
    assert same(noon, noon.replace(tzinfo=None))
    assert not same(noon, noon + timedelta(seconds=1))


@given(st.lists(st.integers(0, 5)), st.randoms())
def test_sets_know_no_order_but_count(items: list[int], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert same_unordered(items, shuffled)
    assert not same_unordered(items, [*shuffled, 1])


def test_sets_of_structures() -> None:
    assert same_unordered([{"a": 1, "b": 2}, {"a": 2}], [{"a": 2}, {"b": 2, "a": 1}])
    assert same_unordered(None, [])
    assert same_unordered_by(str.lower)(["A", "b"], ["B", "a"])
    assert not same_unordered_by(str.lower)(["A"], ["a", "a"])


def test_json_by_meaning() -> None:
    assert same_json('{"a": 1, "b": [1]}', {"b": [1], "a": 1})
    assert same_json('{"b":2,"a":1}', '{"a": 1, "b": 2}')
    assert not same_json('{"a": 1}', '{"a": 2}')
    assert same_json("no json", "no json")
    assert not same_json("no json", '{"a": 1}')


# -- policies -------------------------------------------------------------------------------------------------------


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


ONE: dict[str, Any] = {
    "Sid": "One",
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": "arn:aws:s3:::b",
    "Condition": {"Bool": {"aws:SecureTransport": True}, "StringEquals": {"aws:SourceAccount": ["123456789012"]}},
}
TWO: dict[str, Any] = {"Sid": "Two", "Effect": "Deny", "Action": "*", "Resource": "*"}


def test_policies_by_meaning() -> None:
    other = {
        **ONE,
        "Action": ["s3:ListBucket", "s3:GetObject"],
        "Resource": ["arn:aws:s3:::b"],
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}, "Bool": {"aws:SecureTransport": "true"}},
    }
    assert same_policy(policy(ONE, TWO), json.dumps(policy(TWO, other)))
    assert same_policy({"Version": "2012-10-17", "Statement": TWO}, policy(TWO))


@pytest.mark.parametrize(
    "change",
    [
        {"Action": ["s3:GetObject"]},
        {"Effect": "Deny"},
        {"Resource": ["arn:aws:s3:::b", "arn:aws:s3:::c"]},
        {"Sid": "Other"},
        {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        {"NotAction": "iam:*"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_policies_that_differ(change: dict[str, Any]) -> None:
    assert not same_policy(policy(ONE), policy({**ONE, **change}))


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_an_account_as_principal_is_its_root(element: str) -> None:
    root, role = "arn:aws-cn:iam::123456789012:root", "arn:aws:iam::123456789012:role/root"
    assert same_policy(policy({**ONE, element: {"AWS": "123456789012"}}), policy({**ONE, element: {"AWS": [root]}}))
    assert same_policy(
        policy({**ONE, element: {"AWS": [role, "123456789012"], "Service": "s"}}),
        policy({**ONE, element: {"Service": ["s"], "AWS": [root, role]}}),
    )
    for other in ("210987654321", role, "*"):
        assert not same_policy(policy({**ONE, element: {"AWS": other}}), policy({**ONE, element: {"AWS": root}}))
    assert not same_policy(policy({**ONE, element: "*"}), policy({**ONE, element: {"AWS": root}}))


def test_policies_absent_and_broken() -> None:
    assert same_policy(None, {})
    assert not same_policy(policy(ONE), None)
    assert not same_policy(policy(ONE), "{broken")


# -- keys, tags -----------------------------------------------------------------------------------------------------

KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize("arn", [KEY, f"arn:aws:kms:us-east-1:123456789012:key/{KEY}"])
def test_a_key_by_id_and_by_arn(arn: str) -> None:
    assert same_encryption({"kmsKeyId": KEY}, {"kmsKeyId": arn})
    assert same_encryption({"kmsKeyId": arn}, {"kmsKeyId": KEY})
    for other in (None, {}, {"kmsKeyId": arn[:-1] + "c"}, {"kmsKeyId": f"alias/{KEY}"}):
        assert not same_encryption({"kmsKeyId": arn}, other)
    assert same_encryption({}, None)


@pytest.mark.parametrize("purge", [True, False])
def test_tags_after_what_is_set_and_removed(purge: bool) -> None:
    """A plan names just what happens: tags of AWS's own stay."""
    current = {"aws:made-by": "x", "old": "1", "kept": "2"}
    kept = {"aws:made-by": "x", "kept": "3", "new": ""}
    assert tags_after(current, {"kept": "3", "new": ""}, purge) == (kept if purge else {**kept, "old": "1"})


# -- certificates ---------------------------------------------------------------------------------------------------

DER = bytes(range(256)) * 3


def pem(width: int = 64, label: str = "CERTIFICATE") -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(DER).decode(), width))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


@pytest.mark.parametrize(
    "form",
    [
        pem(),
        pem(76),
        pem().replace("\n", "\r\n"),
        base64.b64encode(DER).decode(),
        "  " + base64.b64encode(DER).decode() + "\n\n",
    ],
    ids=["pem", "wide", "crlf", "bare", "blanks"],
)
def test_certificates_by_their_bytes(form: str) -> None:
    assert same_certificate(form, pem())
    assert compare.certificate_der(form) == DER


def test_certificates_that_differ() -> None:
    other = base64.b64encode(DER[:-1] + b"x").decode()
    assert not same_certificate(other, pem())
    assert not same_certificate(pem(), "")
    assert same_certificate(None, "")
    assert not same_certificate("no certificate!", pem())
    assert same_certificate("no certificate!", "no certificate!")


# -- connector documents --------------------------------------------------------------------------------------------

CURRENT: dict[str, Any] = {
    "type": "S3",
    "enabled": "true",
    "size": "50",
    "depth": 10,
    "added": {"by": "the service"},
    "patterns": ["b", "a"],
    "fieldMappings": [
        {"indexFieldName": "x", "kind": "STRING", "extra": 1},
        {"indexFieldName": "y", "kind": "DATE"},
    ],
    "steps": [{"n": 1}, {"n": 2}],
}
KEYED = {"fieldMappings": "indexFieldName"}


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"type": "S3"},
        {"enabled": True},
        {"enabled": "TRUE"},
        {"size": 50},
        {"size": 50.0},
        {"depth": "10"},
        {"patterns": ["a", "b"]},
        {"nothing": []},
        {"nothing": None},
        {"nothing": ""},
        {"fieldMappings": [{"indexFieldName": "y"}, {"indexFieldName": "x", "kind": "STRING"}]},
        {"steps": [{"n": "1"}, {"n": 2}]},
    ],
    ids=repr,
)
def test_documents_that_are_within(wanted: dict[str, Any]) -> None:
    assert within(wanted, CURRENT, KEYED)


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "s3"},
        {"enabled": False},
        {"enabled": "yes"},
        {"size": 51},
        {"patterns": ["a"]},
        {"patterns": ["a", "b", "b"]},
        {"patterns": []},
        {"nothing": False},
        {"nothing": {"a": 1}},
        {"fieldMappings": [{"indexFieldName": "x"}]},
        {"fieldMappings": [{"indexFieldName": "x"}, {"indexFieldName": "z"}]},
        {"fieldMappings": [{"indexFieldName": "x", "kind": "DATE"}, {"indexFieldName": "y"}]},
        {"steps": [{"n": 2}, {"n": 1}]},
        {"added": "x"},
    ],
    ids=repr,
)
def test_documents_that_are_not_within(wanted: dict[str, Any]) -> None:
    assert not within(wanted, CURRENT, KEYED)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(JSON)
def test_every_document_is_within_itself(document: Any) -> None:
    assert within(document, document)
    assert same(document, json.loads(json.dumps(document)))


# -- tags -----------------------------------------------------------------------------------------------------------


def test_tags_that_are_not_managed() -> None:
    assert tag_changes({"a": "1"}, None, purge=True) == ({}, [])


@pytest.mark.parametrize(
    ("wanted", "purge", "expected"),
    [
        ({}, True, ({}, ["a", "b"])),
        ({}, False, ({}, [])),
        ({"a": "1", "b": "2"}, True, ({}, [])),
        ({"a": "2"}, True, ({"a": "2"}, ["b"])),
        ({"A": "1"}, False, ({"A": "1"}, [])),
    ],
)
def test_tags_to_set_and_to_remove(
    wanted: dict[str, str], purge: bool, expected: tuple[dict[str, str], list[str]]
) -> None:
    current = {"a": "1", "b": "2", "aws:cloudformation:stack-name": "s"}
    assert tag_changes(current, wanted, purge) == expected
