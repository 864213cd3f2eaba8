# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The evaluation of IAM policies, case by case from the documentation of its elements and operators."""

from __future__ import annotations

from typing import Any

import pytest
from aws_harness import ACCOUNT, allow, deny, document
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, Policy, PolicyError, decide, decide_session

APP = f"arn:aws:qbusiness:us-east-1:{ACCOUNT}:application/a1"


def _decide(text: str, ask: Ask) -> Decision:
    return Policy.read(text).decide(ask)


@pytest.mark.parametrize(
    ("statement", "action", "resource", "expected"),
    [
        (allow("qbusiness:ChatSync", APP), "qbusiness:ChatSync", APP, Decision.ALLOW),
        (allow("QBUSINESS:chatsync", APP), "qbusiness:ChatSync", APP, Decision.ALLOW),
        (allow("qbusiness:Chat*", APP), "qbusiness:ChatSync", APP, Decision.ALLOW),
        (allow("qbusiness:Chat", APP), "qbusiness:ChatSync", APP, Decision.IMPLICIT_DENY),
        (allow("qbusiness:Cha?Sync", APP), "qbusiness:ChatSync", APP, Decision.ALLOW),
        (allow("*"), "s3:GetObject", "arn:aws:s3:::b/k", Decision.ALLOW),
        (allow("qbusiness:*", APP), "qbusiness:ChatSync", APP.replace("a1", "a2"), Decision.IMPLICIT_DENY),
        (allow("qbusiness:*", APP), "qbusiness:ChatSync", APP.upper(), Decision.IMPLICIT_DENY),
        (allow("qbusiness:*", f"{APP}/retriever/*"), "qbusiness:GetRetriever", f"{APP}/retriever/r", Decision.ALLOW),
        (deny("qbusiness:ChatSync"), "qbusiness:ChatSync", APP, Decision.EXPLICIT_DENY),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "s3:GetObject", "x", Decision.ALLOW),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, "s3:GetObject", "x", Decision.IMPLICIT_DENY),
        ({"Effect": "Deny", "Action": "*", "NotResource": APP}, "s3:GetObject", "x", Decision.EXPLICIT_DENY),
        ({"Effect": "Deny", "Action": "*", "NotResource": APP}, "qbusiness:Chat", APP, Decision.IMPLICIT_DENY),
    ],
)
def test_actions_and_resources(statement: dict[str, Any], action: str, resource: str, expected: Decision) -> None:
    assert _decide(document(statement), Ask(action, resource)) is expected


def test_an_explicit_deny_wins() -> None:
    both = [Policy.read(document(allow("*"))), Policy.read(document(deny("s3:*")))]
    assert decide(both, Ask("s3:GetObject")) is Decision.EXPLICIT_DENY
    assert decide(reversed(both), Ask("s3:GetObject")) is Decision.EXPLICIT_DENY
    assert decide(both, Ask("s3:GetObject"), honour_deny=False) is Decision.ALLOW
    assert decide(both, Ask("kms:Decrypt")) is Decision.ALLOW


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        ({"StringEquals": {"k": "v"}}, {"k": "v"}, True),
        ({"StringEquals": {"K": ["u", "v"]}}, {"k": "v"}, True),
        ({"StringEquals": {"k": "V"}}, {"k": "v"}, False),
        ({"StringEquals": {"k": "v*"}}, {"k": "vw"}, False),
        ({"StringEquals": {"k": "v"}}, {}, False),
        ({"StringEqualsIfExists": {"k": "v"}}, {}, True),
        ({"StringEqualsIfExists": {"k": "v"}}, {"k": "w"}, False),
        ({"StringNotEquals": {"k": "v"}}, {}, True),
        ({"StringNotEquals": {"k": ["u", "v"]}}, {"k": "v"}, False),
        ({"StringNotEquals": {"k": ["u", "v"]}}, {"k": "w"}, True),
        ({"StringEqualsIgnoreCase": {"k": "V"}}, {"k": "v"}, True),
        ({"StringNotEqualsIgnoreCase": {"k": "V"}}, {"k": "v"}, False),
        ({"StringLike": {"k": "*@example.com"}}, {"k": "ann@example.com"}, True),
        ({"StringLike": {"k": "*"}}, {}, False),
        ({"StringNotLike": {"k": "a*"}}, {"k": "ann"}, False),
        ({"ArnLike": {"k": "arn:aws:qbusiness:*:*:application/*"}}, {"k": APP}, True),
        ({"ArnEquals": {"k": "arn:aws:qbusiness:us-east-1:*:application/a?"}}, {"k": APP}, True),
        ({"ArnLike": {"k": "arn:aws:*:application/a1"}}, {"k": APP}, False),
        ({"ArnNotLike": {"k": "arn:aws:s3:::*"}}, {"k": APP}, True),
        ({"Bool": {"k": "true"}}, {"k": "TRUE"}, True),
        ({"Bool": {"k": True}}, {"k": "false"}, False),
        ({"NumericLessThan": {"k": 10}}, {"k": "9"}, True),
        ({"NumericGreaterThanEquals": {"k": "10"}}, {"k": "9"}, False),
        ({"NumericNotEquals": {"k": "10"}}, {"k": "10"}, False),
        ({"DateLessThan": {"k": "2026-01-01T00:00:00Z"}}, {"k": "2025-12-31T23:59:59Z"}, True),
        ({"DateGreaterThan": {"k": "2026-01-01T00:00:00Z"}}, {"k": "1700000000"}, False),
        ({"IpAddress": {"k": "10.0.0.0/8"}}, {"k": "10.1.2.3"}, True),
        ({"NotIpAddress": {"k": "10.0.0.0/8"}}, {"k": "10.1.2.3"}, False),
        ({"Null": {"k": "true"}}, {}, True),
        ({"Null": {"k": "false"}}, {}, False),
        ({"Null": {"k": False}}, {"k": "v"}, True),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {"k": ["a", "b"]}, True),
        ({"ForAllValues:StringEquals": {"k": ["a"]}}, {"k": ["a", "b"]}, False),
        ({"ForAllValues:StringEquals": {"k": ["a"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {"k": ["a"]}}, {"k": ["a", "b"]}, True),
        ({"ForAnyValue:StringEquals": {"k": ["a"]}}, {}, False),
        ({"ForAnyValue:StringNotEquals": {"k": ["a"]}}, {"k": ["a", "b"]}, True),
        ({"ForAllValues:StringNotLike": {"k": ["a*"]}}, {"k": ["ab", "c"]}, False),
        ({"StringEquals": {"k": "v"}, "Bool": {"b": "true"}}, {"k": "v", "b": "false"}, False),
        ({"StringEquals": {"k": "v", "l": "w"}}, {"k": "v", "l": "x"}, False),
    ],
)
def test_conditions(condition: dict[str, Any], context: dict[str, Any], holds: bool) -> None:
    text = document(allow("*", Condition=condition))
    assert (_decide(text, Ask("s3:GetObject", context=Context(context))) is Decision.ALLOW) is holds


def test_policy_variables() -> None:
    text = document(allow("s3:GetObject", "arn:aws:s3:::home/${aws:PrincipalTag/Email}/*"))
    mine, wild = Context({"aws:PrincipalTag/Email": "ann"}), Context({"aws:PrincipalTag/Email": "*"})
    assert _decide(text, Ask("s3:GetObject", "arn:aws:s3:::home/ann/x", mine)) is Decision.ALLOW
    assert _decide(text, Ask("s3:GetObject", "arn:aws:s3:::home/bob/x", mine)) is Decision.IMPLICIT_DENY
    # What a tag brings in is no wildcard, and without the tag nothing matches.
    assert _decide(text, Ask("s3:GetObject", "arn:aws:s3:::home/bob/x", wild)) is Decision.IMPLICIT_DENY
    assert _decide(text, Ask("s3:GetObject", "arn:aws:s3:::home//x")) is Decision.IMPLICIT_DENY
    default = document(allow("*", "home/${aws:username, 'guest'}"))
    assert _decide(default, Ask("s3:GetObject", "home/guest")) is Decision.ALLOW
    literal = document(allow("*", "a${*}b"))
    assert _decide(literal, Ask("s3:GetObject", "a*b")) is Decision.ALLOW
    assert _decide(literal, Ask("s3:GetObject", "axb")) is Decision.IMPLICIT_DENY
    old = document(allow("*", "home/${aws:username}")).replace("2012-10-17", "2008-10-17")
    assert _decide(old, Ask("s3:GetObject", "home/ann", Context({"aws:username": "ann"}))) is Decision.IMPLICIT_DENY
    in_condition = document(allow("*", Condition={"StringEquals": {"k": "${aws:username}"}}))
    assert _decide(in_condition, Ask("a:b", context=Context({"k": "x", "aws:username": "x"}))) is Decision.ALLOW
    assert _decide(in_condition, Ask("a:b", context=Context({"k": "x"}))) is Decision.IMPLICIT_DENY


@pytest.mark.parametrize(
    ("principal", "caller", "expected"),
    [
        ("*", ("AWS", "arn:aws:iam::1:role/r"), Decision.ALLOW),
        ({"AWS": "*"}, ("AWS", "arn:aws:iam::1:role/r"), Decision.ALLOW),
        ({"AWS": "*"}, ("Service", "s3.amazonaws.com"), Decision.IMPLICIT_DENY),
        ({"Federated": "p"}, ("Federated", "p"), Decision.ALLOW),
        ({"Federated": "p"}, ("AWS", "p"), Decision.IMPLICIT_DENY),
        ({"Service": ["a.amazonaws.com", "b.amazonaws.com"]}, ("Service", "b.amazonaws.com"), Decision.ALLOW),
        ({"AWS": ACCOUNT}, ("AWS", f"arn:aws:iam::{ACCOUNT}:root"), Decision.ALLOW),
    ],
)
def test_principals(principal: Any, caller: tuple[str, str], expected: Decision) -> None:
    text = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    assert Policy.read(text, trust=True).decide(Ask("sts:AssumeRole", principals=frozenset({caller}))) is expected


def test_the_account_gets_a_deny_but_no_allow() -> None:
    root = frozenset({("AWS", f"arn:aws:iam::{ACCOUNT}:root")})
    ask = Ask("s3:GetObject", principals=frozenset({("AWS", "r")}), delegates=root)
    for effect, expected in (("Allow", Decision.IMPLICIT_DENY), ("Deny", Decision.EXPLICIT_DENY)):
        statement = {"Effect": effect, "Principal": {"AWS": ACCOUNT}, "Action": "s3:*", "Resource": "*"}
        assert Policy.read(document(statement), resource_based=True).decide(ask) is expected


def test_a_session_is_cut_by_boundary_and_session_policy() -> None:
    def read(*statements: dict[str, Any]) -> Policy:
        return Policy.read(document(*statements))

    ask = Ask("s3:GetObject", "arn:aws:s3:::b/k")
    everything, nothing = read(allow("*")), read(allow("kms:*"))
    assert decide_session(ask, identity=[everything]) is Decision.ALLOW
    assert decide_session(ask, identity=[everything], boundary=nothing) is Decision.IMPLICIT_DENY
    assert decide_session(ask, identity=[everything], boundary=everything, session=[nothing]) is Decision.IMPLICIT_DENY
    assert decide_session(ask, identity=[nothing], session=[everything]) is Decision.IMPLICIT_DENY
    assert decide_session(ask, identity=[everything], session=[nothing, everything]) is Decision.ALLOW
    assert decide_session(ask, identity=[everything], session=[]) is Decision.IMPLICIT_DENY
    assert decide_session(ask, identity=[everything], boundary=read(deny("*"))) is Decision.EXPLICIT_DENY
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    bucket = Policy.read(document(statement), resource_based=True)
    assert decide_session(ask, identity=[nothing], resource=bucket) is Decision.ALLOW
    assert decide_session(ask, identity=[nothing], boundary=nothing, resource=bucket) is Decision.IMPLICIT_DENY


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:*", Condition={"StringSortOf": {"k": "v"}}),
        allow("s3:*", Condition={"ForSomeValues:StringEquals": {"k": "v"}}),
        allow("s3:*", Condition={"NullIfExists": {"k": "true"}}),
        allow("s3:*", Condition={"StringEquals": "v"}),
        allow("s3:*", Condition={"StringEquals": {"k": {"a": 1}}}),
        allow("no-colon"),
        {"Effect": "Allow", "Action": "s3:*"},
        {"Effect": "Allow", "Resource": "*"},
        {"Effect": "allow", "Action": "s3:*", "Resource": "*"},
        {"Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "NotAction": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": [], "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Extra": 1},
    ],
)
def test_what_is_not_understood_is_an_error(statement: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        Policy.read(document(statement))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"Version":"2012-10-17"}', '{"Statement":[]}', '{"Version":"1"}']
)
def test_what_is_no_policy_is_an_error(text: str) -> None:
    with pytest.raises(PolicyError):
        Policy.read(text)


def test_a_bad_limit_is_an_error_when_it_is_asked() -> None:
    policy = Policy.read(document(allow("*", Condition={"NumericLessThan": {"k": "ten"}})))
    with pytest.raises(PolicyError):
        policy.decide(Ask("a:b", context=Context({"k": "1"})))
