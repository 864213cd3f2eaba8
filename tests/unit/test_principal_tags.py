# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The claims that carry tags: how they are written, and when two expressions mean the same."""

from __future__ import annotations

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import principal_tags as tags


def test_both_forms_as_aws_documents_them() -> None:
    """Letter by letter from the user guide's page for Okta, and the claim names of IAM's page on session tags."""
    assert tags.wanted_claims({"Email": "user.email"}, "nested") == {
        "https://aws.amazon.com/tags": '{"principal_tags": {"Email": {user.email} }}'
    }
    two = {"Email": "user.email", "country": "user.city"}
    documented = '{"principal_tags": {"Email": {user.email}, "country": {user.city != null ? user.city : ""}}}'
    [(name, written)] = tags.wanted_claims(two, "nested").items()
    assert name == tags.CLAIM and tags.same_expression(written, documented)
    assert tags.wanted_claims(two, "flat") == {
        "https://aws.amazon.com/tags/principal_tags/Email": "user.email",
        "https://aws.amazon.com/tags/principal_tags/country": 'user.city != null ? user.city : ""',
    }
    assert tags.wanted_claims({}, "nested") == {}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("user.city", 'user.city != null ? user.city : ""'),
        ("{user.city}", 'user.city != null ? user.city : ""'),
        ('user.city != null ? user.city : "none"', 'user.city != null ? user.city : "none"'),
        ('user.isRemote ? "yes" : "no"', 'user.isRemote ? "yes" : "no"'),
        ('"a constant ?"', '"a constant ?"'),
        ("'a constant'", "'a constant'"),
        ("42", "42"),
        ('String.append(user.city, "?")', 'String.append(user.city, "?") != null ? String.append(user.city, "?") : ""'),
    ],
)
def test_no_tag_but_email_can_become_null(given: str, sent: str) -> None:
    assert tags.expressions({"Email": given, "city": given}) == {"Email": tags.bare(given), "city": sent}


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("a != null ? a : b", "a!=null?a:b", True),
        ("{ user.email }", "{user.email}", True),
        ('"a  b"', '"a b"', False),
        ("a and b", "a  and\tb", True),
        ("a and b", "aandb", False),
        ("user.email", "user.login", False),
        ("'x' + \"y z\"", "'x'+\"y z\"", True),
        (None, "", True),
    ],
)
def test_white_space_has_a_meaning_in_texts_alone(left: str, right: str, same: bool) -> None:
    assert tags.same_expression(left, right) is same


@pytest.mark.parametrize(
    ("given", "bared"),
    [("{a}", "a"), ("{a} + {b}", "{a} + {b}"), (" { a } ", "a"), ("a", "a"), ('{"}"}', '"}"')],
)
def test_one_pair_of_braces_is_taken_off(given: str, bared: str) -> None:
    assert tags.bare(given) == bared


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"city": "user.city"}, "has no Email"),
        ({"Email": ""}, "principal_tags.Email: is no expression"),
        ({"Email": 5}, "principal_tags.Email: is no expression"),
        ({"Email": "{user.email"}, "do not pair"),
        ({"Email": "user.email)"}, "do not pair"),
        ({"Email": 'user.email + "'}, "do not pair"),
        ({"Email": "user.email", "a,b": "x"}, "'a,b' is no key"),
        ({"Email": "user.email", "AWS:x": "x"}, "'AWS:x' is no key"),
        ({"Email": "user.email", "k" * 129: "x"}, "is no key"),
        ({"Email": "user.email", **{f"k{n}": "x" for n in range(50)}}, "has 51 tags"),
        ({"Email": f'"{"x" * 1100}"'}, "Okta takes 1024"),
    ],
)
def test_what_is_wrong_is_said(given: dict[str, str], fault: str) -> None:
    found = list(tags.faults(given, "nested"))
    assert len(found) == 1 and fault in found[0]


@pytest.mark.parametrize("given", [{}, {"Email": "user.email", "Kostenstelle Süd.1_:/=+-@": '"(["'}])
def test_what_is_right_is_no_fault(given: dict[str, str]) -> None:
    assert list(tags.faults(given, "nested")) == []


@pytest.mark.parametrize(
    ("name", "kind", "ours"),
    [
        (tags.CLAIM, "IDENTITY", True),
        (f"{tags.FLAT}Email", "IDENTITY", True),
        (tags.CLAIM, "RESOURCE", False),
        (f"{tags.CLAIM}oup", "IDENTITY", False),
        ("https://aws.amazon.com/tags/transitive_tag_keys", "IDENTITY", False),
    ],
)
def test_whose_claim_it_is(name: str, kind: str, ours: bool) -> None:
    assert tags.is_tags_claim({"name": name, "claimType": kind}) is ours
