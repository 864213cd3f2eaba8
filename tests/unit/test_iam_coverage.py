# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether policies suffice. The witness is the embedded cloud's evaluation of concrete requests.

Whenever policies are said to suffice, they have to allow every request that the desired policy allows.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.compare import same_policy
from ansible_collections.qbusiness.federation.plugins.module_utils.iam import (
    coverage,
    kept_rights,
    patterns,
    role_trust,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.condition_tests import read_tests
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.policies import policy
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.role_kinds import KINDS
from hypothesis import given, settings
from hypothesis import strategies as st
from qbusiness_sandbox.aws.conditions import holds
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, Policy, decide

sys.path.insert(0, str(Path(__file__).parent))

import iam_documents as pages
from test_iam_policies import APPLICATION, IDS, KEY, OIDC, SAML, page

ACTIONS = ("s3:GetObject", "s3:GetBucketAcl", "s3:ListBucket", "qbusiness:Chat", "qbusiness:ChatSync")
ACTION_PATTERNS = (*ACTIONS, "*", "s3:*", "s3:Get*", "S3:getobject", "qbusiness:Chat*", "qbusiness:Chat????", "s3:*t")
RESOURCES = ("arn:aws:s3:::a", "arn:aws:s3:::a/x", "arn:aws:s3:::ab", "arn:aws:s3:::ab/x/y", "arn:aws:s3:::b/x",
             "arn:aws:q:us-east-1:1:app/1")  # fmt: skip
RESOURCE_PATTERNS = (*RESOURCES, "*", "arn:aws:s3:::*", "arn:aws:s3:::a*", "arn:aws:s3:::a/*", "arn:aws:s3:::?",
                     "arn:aws:s3:::?/*", "arn:aws:s3:::*/x", "arn:aws:q:*:1:app/*", "arn:aws:s3:::a${home}",
                     "arn:aws:s3:::${home}/*", "arn:*")  # fmt: skip
KEYS = {
    "account": ("1", "2", "12", "1*"),
    "source": ("arn:aws:q:us-east-1:1:app/1", "arn:aws:q:us-east-1:1:app/2", "arn:aws:q:*:1:app/*", "arn:*", "*"),
    "Email": ("*", "ann@x", "a*", "ANN@x", "${home}"),
    "home": ("a", "b", "ab", "${*}"),
    "secure": ("true", "false"),
}
OPERATORS = ("StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnLike", "ArnEquals", "StringNotEquals",
             "StringNotLike", "Bool", "Null")  # fmt: skip
VALUES = {
    "account": ("1", "2", "12"),
    "source": ("arn:aws:q:us-east-1:1:app/1", "arn:aws:q:us-east-1:1:app/2", "text"),
    "Email": ("ann@x", "bob@x", "ANN@x", "*"),
    "home": ("a", "b", "*"),
    "secure": ("true", "false"),
}


def some(values: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """One plainly, or a list."""
    return st.one_of(st.sampled_from(values), st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    block: dict[str, Any] = {}
    for _number in range(draw(st.integers(0, 2))):
        operator, key = draw(st.sampled_from(OPERATORS)), draw(st.sampled_from(sorted(KEYS)))
        if operator == "Null":
            values: Any = draw(st.sampled_from(["true", "false"]))
        else:
            values = draw(some(KEYS[key]))
            prefix = draw(st.sampled_from(["", "", "", "ForAllValues:", "ForAnyValue:"]))
            operator = prefix + operator + draw(st.sampled_from(["", "", "", "IfExists"]))
        block.setdefault(operator, {})[key] = values
    return block


@st.composite
def statements(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Allow", "Allow", "Deny")) -> dict[str, Any]:
    negated = draw(
        st.sampled_from([("Action", "Resource")] * 4 + [("NotAction", "Resource"), ("Action", "NotResource")])
    )
    statement: dict[str, Any] = {
        "Effect": draw(st.sampled_from(effects)),
        negated[0]: draw(some(ACTION_PATTERNS)),
        negated[1]: draw(some(RESOURCE_PATTERNS)),
    }
    condition = draw(conditions())
    return {**statement, "Condition": condition} if condition else statement


@st.composite
def documents(draw: st.DrawFn, effects: tuple[str, ...] = ("Allow", "Allow", "Allow", "Deny")) -> dict[str, Any]:
    version = draw(st.sampled_from(["2012-10-17"] * 4 + ["2008-10-17"]))
    return {"Version": version, "Statement": draw(st.lists(statements(effects), min_size=1, max_size=3))}


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    values: dict[str, Any] = {}
    for key, choices in VALUES.items():
        found = draw(st.lists(st.sampled_from(choices), max_size=2, unique=True))
        if found:
            values[key] = found[0] if len(found) == 1 else found
    return Context(values)


@st.composite
def wider(draw: st.DrawFn, statement: dict[str, Any]) -> dict[str, Any]:
    """A statement that allows all that this one allows, and perhaps more."""
    result = dict(statement)
    if "Action" in result and draw(st.booleans()):
        extra = draw(st.sampled_from(ACTION_PATTERNS))
        result["Action"] = [*(result["Action"] if isinstance(result["Action"], list) else [result["Action"]]), extra]
    if "Resource" in result and draw(st.booleans()):
        result["Resource"] = draw(st.sampled_from(["*", ["*", "arn:aws:s3:::a"]]))
    if draw(st.booleans()):
        result.pop("Condition", None)
    elif "Condition" in result:
        keep = draw(st.sampled_from(sorted(result["Condition"])))
        result["Condition"] = {keep: result["Condition"][keep]}
    return result


def suffice(desired: Any, existing: list[Any]) -> bool:
    return not coverage.lacks(coverage.grants(desired), [one for item in existing for one in coverage.grants(item)])


def assert_allowed(desired: Any, existing: list[Any], asked: list[Context]) -> None:
    """Every request that the one policy allows, the others allow."""
    wanted, found = [Policy.read(desired)], [Policy.read(item) for item in existing]
    for action, resource, context in itertools.product(ACTIONS, RESOURCES, asked):
        ask = Ask(action, resource, context)
        if decide(wanted, ask) is Decision.ALLOW:
            assert decide(found, ask) is Decision.ALLOW, (ask.action, ask.resource, context._values)


some_contexts = st.lists(contexts(), min_size=1, max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.data(), some_contexts)
def test_what_is_said_to_suffice_suffices(data: st.DataObject, asked: list[Context]) -> None:
    desired = data.draw(documents(("Allow",)))
    copies = [data.draw(wider(item)) for item in desired["Statement"] if data.draw(st.booleans())]
    existing = [policy(copies)] if copies else []
    existing += data.draw(st.lists(documents(), max_size=2))
    if suffice(desired, existing):
        assert_allowed(desired, existing, asked)


@settings(max_examples=80, deadline=None)
@given(st.data(), some_contexts)
def test_wider_policies_suffice(data: st.DataObject, asked: list[Context]) -> None:
    """Without which the test above would say nothing: one that always answers no would pass it."""
    desired = {**data.draw(documents(("Allow",))), "Version": "2012-10-17"}
    if any(name.startswith("Not") for item in desired["Statement"] for name in item):
        return
    existing = [policy([data.draw(wider(item)) for item in desired["Statement"]])]
    assert suffice(desired, existing)
    assert_allowed(desired, existing, asked)


@settings(max_examples=80, deadline=None)
@given(documents(("Allow", "Allow", "Deny")), documents(("Allow",)), some_contexts)
def test_a_union_keeps_every_right(current: Any, desired: Any, asked: list[Context]) -> None:
    """What was allowed is allowed, and what is added to the desired rights is what was allowed."""
    current, desired = ({**item, "Version": "2012-10-17"} for item in (current, desired))
    merged, kept = kept_rights.union(current, desired)
    denies = policy([item for item in current["Statement"] if item["Effect"] == "Deny"])
    if not denies["Statement"]:
        assert_allowed(current, [merged], asked)
        assert_allowed(desired, [merged], asked)
    before, wanted, after = Policy.read(current), Policy.read(desired), Policy.read(merged)
    for action, resource, context in itertools.product(ACTIONS, RESOURCES, asked):
        ask = Ask(action, resource, context)
        if decide([after], ask) is Decision.ALLOW:
            assert Decision.ALLOW in (decide([before], ask), decide([wanted], ask))
            assert decide([before], ask) is not Decision.EXPLICIT_DENY
    assert bool(kept) == (not same_policy(merged, desired)) or not same_policy(current, desired)
    again, _kept = kept_rights.union(merged, desired)
    assert same_policy(again, merged)


# -- every pair of small things ---------------------------------------------------------------------------------------

#: What requests carry of one key, and of another one that variables stand for.
CARRIED = [
    Context({**({"source": source} if source else {}), **({"home": home} if home else {})})
    for source in ("", "a", "A", "ab", "a*", ["a", "b"], ["b", "c"], "arn:aws:q:r:1:a", "arn:aws:q:r:1:x:a", "${home}")
    for home in ("", "a", "arn:aws:q:r:1:a")
]
VALUE_SETS = (["a"], ["b"], ["a", "b"], ["a*"], ["?"], ["*"], ["${home}"], ["${home}", "a"], ["arn:aws:q:r:1:a"],
              ["arn:aws:q:*:a"], ["arn:aws:q:r:1:*"], ["arn:aws:*:1:a"])  # fmt: skip
QUANTIFIERS = ("", "ForAnyValue:", "ForAllValues:")
CONDITIONS = [
    {f"{quantifier}{operator}{end}": {"source": values}}
    for operator in ("StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnLike", "ArnEquals", "StringNotEquals")
    for quantifier in QUANTIFIERS
    for end in ("", "IfExists")
    for values in VALUE_SETS
]


def passing(condition: dict[str, Any], *, variables: bool) -> frozenset[int]:
    """The requests that pass a condition, by number."""
    return frozenset(number for number, context in enumerate(CARRIED) if holds(condition, context, variables=variables))


@pytest.mark.parametrize("variables", [True, False])
def test_a_condition_that_is_implied_holds(variables: bool) -> None:
    """Each against each."""
    narrow = [(read_tests(item)[0], passing(item, variables=True), item) for item in CONDITIONS]
    wide = [(read_tests(item, variables=variables)[0], passing(item, variables=variables), item) for item in CONDITIONS]
    implied = 0
    for (one, passed, condition), (other, found, known) in itertools.product(wide, narrow):
        if one.implied_by(other):
            implied += 1
            assert found <= passed, (known, condition)
    assert implied > len(CONDITIONS)


@pytest.mark.parametrize("quantifier", QUANTIFIERS)
@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "StringNotEquals", "StringLikeIfExists"])
def test_statements_that_suffice_together(operator: str, quantifier: str) -> None:
    def allowing(values: Any) -> dict[str, Any]:
        condition = {f"{quantifier}{operator}": {"source": values}}
        return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::a", "Condition": condition}

    for one, other in itertools.product(("a", "b", "*", "arn:aws:q:r:1:a"), repeat=2):
        desired, existing = policy([allowing([one, other])]), [policy([allowing(one)]), policy([allowing(other)])]
        enough = suffice(desired, existing)
        assert enough or quantifier == "ForAllValues:" or operator == "StringNotEquals"
        for context in CARRIED:
            ask = Ask("s3:GetObject", "arn:aws:s3:::a", context)
            if enough and Policy.read(desired).decide(ask) is Decision.ALLOW:
                assert decide([Policy.read(item) for item in existing], ask) is Decision.ALLOW


HOMES = [Context({"home": home} if home else {}) for home in ("", "a", "x/y", "us:2")]
TEXTS = (*RESOURCES, "arn:aws:s3:::${home}", "arn:aws:s3:::home", "arn:aws:s3:::*", "arn:aws:q:us:2:1:app/1", "any")
RESOURCES_WRITTEN = (*RESOURCE_PATTERNS, "arn:aws:s3:::${home}", "arn:aws:s3:::${home}*", "arn:aws:s3:::*home*",
                     "arn:aws:s3:::${*}", "arn:aws:s3:::a?", "arn:aws:q:${home}:1:app/1",
                     "arn:aws:q:??*:1:app/1")  # fmt: skip


def meant(pattern: str, version: str) -> frozenset[tuple[int, str]]:
    """The resources that a pattern stands for, in each of the contexts."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": pattern}
    read = Policy.read({"Version": version, "Statement": [statement]})
    return frozenset(
        (number, text)
        for number, context in enumerate(HOMES)
        for text in TEXTS
        if read.decide(Ask("s3:GetObject", text, context)) is Decision.ALLOW
    )


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
@pytest.mark.parametrize("version", ["2012-10-17", "2008-10-17"])
def test_resources_that_suffice_and_that_may_be_denied(version: str, element: str) -> None:
    """Each against each; a Deny that is about something of the desired is always seen."""
    everything = frozenset(itertools.product(range(len(HOMES)), TEXTS))
    enough = 0
    for wide, narrow in itertools.product(RESOURCES_WRITTEN, repeat=2):
        desired = policy([{"Effect": "Allow", "Action": "s3:GetObject", "Resource": narrow}])
        statement = {"Effect": "Allow", "Action": "s3:*", element: wide}
        about = meant(wide, version) if element == "Resource" else everything - meant(wide, version)
        if suffice(desired, [{"Version": version, "Statement": [statement]}]):
            enough += 1
            assert meant(narrow, "2012-10-17") <= about, (wide, narrow)
        denying = {"Version": version, "Statement": [{**statement, "Effect": "Deny"}]}
        if suffice(desired, [desired, denying]):
            assert not meant(narrow, "2012-10-17") & about, (wide, narrow)
    assert enough > 20


def test_actions_that_suffice_and_that_may_be_denied() -> None:
    """Each against each, in both elements."""

    def about(element: str, pattern: str) -> frozenset[str]:
        read = Policy.read(policy([{"Effect": "Allow", element: pattern, "Resource": "*"}]))
        return frozenset(action for action in ACTIONS if read.decide(Ask(action)) is Decision.ALLOW)

    for element, wide, narrow in itertools.product(("Action", "NotAction"), ACTION_PATTERNS, ACTION_PATTERNS):
        desired = policy([{"Effect": "Allow", "Action": narrow, "Resource": "arn:aws:s3:::a"}])
        statement = {"Effect": "Allow", element: wide, "Resource": "*"}
        if suffice(desired, [policy([statement])]):
            assert about("Action", narrow) <= about(element, wide), (element, wide, narrow)
        if suffice(desired, [desired, policy([{**statement, "Effect": "Deny"}])]):
            assert not about("Action", narrow) & about(element, wide), (element, wide, narrow)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered", "overlapping"),
    [
        ("*", "arn:aws:s3:::a", True, True),
        ("arn:aws:s3:::a", "*", False, True),
        ("arn:aws:s3:::a*", "arn:aws:s3:::a/*", True, True),
        ("arn:aws:s3:::a?", "arn:aws:s3:::a*", False, True),
        ("arn:aws:s3:::a/*", "arn:aws:s3:::b/*", False, False),
        ("arn:aws:s3:::*/secret", "arn:aws:s3:::a/*", False, True),
        ("arn:aws:s3:::*PrincipalTag*", "arn:aws:s3:::${aws:PrincipalTag/x}", False, True),
        ("arn:aws:s3:::${aws:PrincipalTag/x}/*", "arn:aws:s3:::${aws:PrincipalTag/x}/*", True, True),
        ("arn:aws:s3:::${aws:PrincipalTag/x}*", "arn:aws:s3:::${aws:PrincipalTag/x}/*", False, True),
        # over a colon a wildcard may reach, or not
        ("arn:aws:*:app/1", "arn:aws:q:us-east-1:1:app/1", False, True),
        # an incomplete one stands for all that it begins
        ("arn:aws:s3", "arn:aws:s3:::a", False, True),
    ],
)
def test_resources(wide: str, narrow: str, covered: bool, overlapping: bool) -> None:
    assert patterns.arn_covers(wide, narrow) is covered
    assert patterns.arn_overlaps(wide, narrow) is overlapping
    assert patterns.arn_overlaps(narrow, wide) is overlapping


WEB: dict[str, Any] = {"provider_arn": SAML, "application_arn": APPLICATION}
SOURCE: dict[str, Any] = {"application_arn": APPLICATION, "index_id": IDS["index-id"], "buckets": ["handbook"]}


def permissions(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    return policy(KINDS[kind].statements(options))


@pytest.mark.parametrize("kind", ["web_experience", "data_source"])
def test_what_operators_write(kind: str) -> None:
    """The pages' own policies, wider ones of administrators, and what is not enough."""
    desired = permissions(kind, {"web_experience": WEB, "data_source": SOURCE}[kind])
    printed = page({"web_experience": pages.WEB_EXPERIENCE, "data_source": pages.DATA_SOURCE}[kind])
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    service = {"Effect": "Allow", "Action": "qbusiness:*", "Resource": f"{APPLICATION}*"}
    assert suffice(desired, [printed])
    assert suffice(desired, [policy([anything])])
    assert not suffice(desired, [policy([service])])
    assert not suffice(desired, [])
    for number in range(len(desired["Statement"])):
        less = [item for other, item in enumerate(desired["Statement"]) if other != number]
        assert not suffice(desired, [policy(less)])
        # whoever allows the rest: policies are taken together
        assert suffice(desired, [policy(less), policy([desired["Statement"][number]])])
    assert not suffice(desired, [policy([{**anything, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}])])


def test_a_deny_that_could_be_meant() -> None:
    desired = permissions("data_source", SOURCE)
    deny = {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::handbook/private/*"}
    for changed, enough in (
        ({}, False),
        ({"Resource": "arn:aws:s3:::contracts/*"}, True),
        ({"Action": "s3:Put*"}, True),
        ({"Action": "S3:GETOBJECT"}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": "false"}}}, False),
    ):
        assert suffice(desired, [desired, policy([{**deny, **changed}])]) is enough, changed
    elsewhere = {"Effect": "Deny", "NotAction": ["s3:*", "qbusiness:*"], "Resource": "*"}
    assert suffice(desired, [desired, policy([elsewhere])])
    assert not suffice(desired, [desired, policy([{**elsewhere, "NotAction": "s3:*"}])])
    [lack] = coverage.lacks(
        coverage.grants(desired), coverage.grants(policy([*desired["Statement"], deny]), "policy p")
    )
    assert lack.text == "s3:GetObject on arn:aws:s3:::handbook/* may be denied by statement of policy p"


def test_the_sentence_of_a_lack() -> None:
    desired = permissions("data_source", SOURCE)
    less = policy([item for item in desired["Statement"] if item["Sid"] != "AllowsAmazonQToListS3Buckets"])
    [lack] = coverage.lacks(coverage.grants(desired), coverage.grants(less))
    assert lack.text == "s3:ListBucket on arn:aws:s3:::handbook is not allowed"


# -- trust policies ---------------------------------------------------------------------------------------------------

ENDPOINT = "https://signin.aws.amazon.com/saml"
EMAIL = {"StringLike": {"aws:RequestTag/Email": "*"}}


def trusting(action: Any, condition: Any = None, principal: Any = SAML, **more: Any) -> dict[str, Any]:
    named = {"Federated": principal} if isinstance(principal, (str, list)) else principal
    statement = {"Effect": "Allow", "Principal": named, "Action": action, **more}
    return {**statement, "Condition": condition} if condition else statement


def audience(*values: str, operator: str = "StringEquals", key: str = "SAML:aud") -> dict[str, Any]:
    return {operator: {key: list(values)}}


def signs_in(document: Any, recipient: str, principal: str = SAML) -> bool:
    """Whether the embedded cloud's evaluation lets a person in who has an email."""
    context = Context({"SAML:aud": recipient, "aws:RequestTag/Email": "ann@example.com"})
    asked = [
        Ask(action, "*", context, frozenset({("Federated", principal)}))
        for action in ("sts:AssumeRoleWithSAML", "sts:TagSession")
    ]
    return all(decide([Policy.read(document, trust=True)], ask) is Decision.ALLOW for ask in asked)


SIGN_IN, TAG = "sts:AssumeRoleWithSAML", "sts:TagSession"
BOTH = {**audience(ENDPOINT), **EMAIL}


@pytest.mark.parametrize(
    ("added", "written"),
    [
        ([], [trusting(SIGN_IN, audience(ENDPOINT), Sid="SAMLAssumeRoleAccess"), trusting(TAG, EMAIL)]),
        # AWS's console tags no session
        (["SamlTagSession"], [trusting(SIGN_IN, audience(ENDPOINT))]),
        ([], [trusting([SIGN_IN, TAG], audience(ENDPOINT))]),
        ([], [trusting([SIGN_IN, TAG], BOTH)]),
        ([], [trusting([SIGN_IN, TAG])]),
        ([], [trusting("sts:*", audience("https://*", operator="StringLike"), [SAML, OIDC])]),
        ([], [trusting([SIGN_IN, TAG], audience("http://localhost/saml", ENDPOINT))]),
        ([], [trusting([SIGN_IN, TAG], audience(ENDPOINT, key="saml:AUD"))]),
        (["SamlSignIn", "SamlTagSession"], [trusting([SIGN_IN, TAG], audience("http://localhost/saml"))]),
        (["SamlSignIn", "SamlTagSession"], [trusting([SIGN_IN, TAG], principal=OIDC)]),
        (
            ["SamlSignIn", "SamlTagSession"],
            [trusting([SIGN_IN, TAG], {"Bool": {"aws:MultiFactorAuthPresent": "true"}})],
        ),
        (["SamlSignIn"], [trusting([SIGN_IN, TAG]), trusting(SIGN_IN, audience(ENDPOINT), Effect="Deny")]),
    ],
)
def test_trust_by_hand(added: list[str], written: list[dict[str, Any]]) -> None:
    """Only what is missing is added, and what was written stays word for word."""
    before = {"Version": "2012-10-17", "Id": "theirs", "Statement": written}
    desired = KINDS["web_experience"].trust(WEB)
    after = role_trust.merged(before, desired)
    assert after["Id"] == "theirs"
    assert after["Statement"][: len(written)] == written
    assert [item["Sid"] for item in after["Statement"][len(written) :]] == [
        f"QBusinessFederation{sid}" for sid in added
    ]
    assert role_trust.merged(after, desired) == after
    if all(item["Effect"] == "Allow" for item in written):
        assert signs_in(before, ENDPOINT) is (not added)
        assert signs_in(after, ENDPOINT)


urls = st.sampled_from([ENDPOINT, "http://localhost/saml", "https://a.example.com/saml"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(urls, min_size=1, max_size=3, unique=True),
    st.lists(
        st.builds(
            trusting,
            st.sampled_from([SIGN_IN, TAG, [SIGN_IN, TAG], "sts:*", "sts:AssumeRole*"]),
            st.one_of(
                st.none(),
                st.just(EMAIL),
                st.lists(urls, min_size=1, max_size=2, unique=True).map(lambda found: audience(*found)),
                st.just(BOTH),
                st.just(audience("https://*", operator="StringLike")),
            ),
            st.sampled_from([SAML, [SAML, OIDC], OIDC]),
            Effect=st.sampled_from(["Allow", "Allow", "Allow", "Deny"]),
        ),
        max_size=4,
    ),
)
def test_people_who_should_get_in_do(audiences: list[str], written: list[dict[str, Any]]) -> None:
    """Of a merged trust policy: it lets in whom it let in, and whom the desired one lets in, but for a Deny."""
    before = policy(written)
    desired = KINDS["web_experience"].trust({**WEB, "saml_audiences": audiences})
    after = role_trust.merged(before, desired)
    allowed = policy([item for item in after["Statement"] if item["Effect"] == "Allow"])
    for url in (ENDPOINT, "http://localhost/saml", "https://a.example.com/saml"):
        assert signs_in(after, url) >= signs_in(before, url)
        assert signs_in(allowed, url) >= (url in audiences)
    assert [item for item in after["Statement"] if item in written] == written


def test_ours_is_corrected_and_what_is_no_more_desired_goes() -> None:
    theirs = trusting("sts:AssumeRole", principal={"AWS": "arn:aws:iam::444455556666:root"})
    first = KINDS["web_experience"].trust({**WEB, "saml_audiences": [ENDPOINT, "http://localhost/saml"]})
    before = {"Version": "2012-10-17", "Statement": [first["Statement"][0], theirs, first["Statement"][1]]}
    fewer = role_trust.merged(before, KINDS["web_experience"].trust(WEB))
    assert [item.get("Sid", "theirs")[-10:] for item in fewer["Statement"]] == [
        "SamlSignIn",
        "theirs",
        "TagSession",
    ]
    assert fewer["Statement"][0]["Condition"] == {"StringEquals": {"SAML:aud": ENDPOINT}}
    assert fewer["Statement"][1] == theirs
    moved = role_trust.merged(
        before, KINDS["web_experience"].trust({**WEB, "provider_arn": OIDC, "oidc_audiences": ["c"]})
    )
    assert [item.get("Sid", "")[19:] for item in moved["Statement"]] == ["", "OidcSignIn", "OidcTagSession"]


@pytest.mark.parametrize(
    ("principal", "found"),
    [
        ({"AWS": "111122223333"}, []),
        ({"AWS": "arn:aws:iam::111122223333:root"}, []),
        ({"AWS": ["444455556666", "arn:aws-us-gov:sts::444455556666:assumed-role/a/b"]}, 2),
        ({"AWS": "*"}, ["*"]),
        ("*", ["*"]),
        ({"Service": "qbusiness.amazonaws.com"}, []),
        ({"Federated": SAML}, []),
        ({"Federated": SAML.replace("111122223333", "444455556666")}, 1),
    ],
)
def test_foreign_principals(principal: Any, found: Any) -> None:
    trust = policy([{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}])
    answer = role_trust.foreign_principals(trust, "111122223333")
    assert answer == found if isinstance(found, list) else len(answer) == found
    trust["Statement"][0]["Effect"] = "Deny"
    assert role_trust.foreign_principals(trust, "111122223333") == []


def test_a_union_of_buckets_is_one_list() -> None:
    current = permissions("data_source", {**SOURCE, "buckets": ["handbook", "contracts"], "kms_key_arn": KEY})
    desired = permissions("data_source", {**SOURCE, "buckets": ["policies"]})
    merged, kept = kept_rights.union(current, desired)
    by_sid = {item["Sid"]: item["Resource"] for item in merged["Statement"]}
    assert by_sid["AllowsAmazonQToListS3Buckets"] == [
        f"arn:aws:s3:::{name}" for name in ("policies", "handbook", "contracts")
    ]
    assert by_sid["AllowsAmazonQToDecrypt"] == [KEY]
    assert len(merged["Statement"]) == 5
    owner = "StringEquals aws:ResourceAccount 111122223333"
    assert kept == [
        f"s3:GetObject on arn:aws:s3:::handbook/*, arn:aws:s3:::contracts/* ({owner})",
        f"s3:ListBucket on arn:aws:s3:::handbook, arn:aws:s3:::contracts ({owner})",
        f"kms:Decrypt on {KEY} (StringLike kms:ViaService s3.*.amazonaws.com)",
    ]
    assert kept_rights.union(None, desired) == (desired, [])
