# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pure parts of ``okta_app``: statements, settings, keys, metadata, the app's JSON."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import (
    app_document,
    keys,
    metadata,
    names,
    saml_settings,
    statements,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.protocols import PROTOCOLS
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import is_placeholder

SAML = PROTOCOLS[saml_settings.MODE]
UNSPECIFIED = f"{statements.NAMESPACES}unspecified"


def wanted(name: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "EXPRESSION", "exact": True, "values": list(values), **more}


def there(name: str, *values: str, **more: Any) -> dict[str, Any]:
    return {"type": "EXPRESSION", "name": name, "namespace": UNSPECIFIED, "values": list(values), **more}


# -- statements -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("want", "current", "purge", "expected"),
    [
        ([wanted("a", "x")], [], False, [there("a", "x")]),
        ([wanted("a", "x")], [there("b", "y")], False, [there("b", "y"), there("a", "x")]),
        ([wanted("a", "x")], [there("b", "y"), there("a", "x")], True, [there("a", "x")]),
        ([wanted("a", "x")], [there("a", "x", "y")], False, [there("a", "x")]),
        ([wanted("a", "x", exact=False)], [there("a", "y")], False, [there("a", "y", "x")]),
        ([wanted("a", "x", exact=False)], [there("a", '"x"')], False, [there("a", '"x"')]),
        (
            [wanted("a", "n", exact=False, values_absent=["x"])],
            [there("a", '"x"', "z")],
            False,
            [there("a", "z", "n")],
        ),
        ([wanted("a", exact=False, values_absent=["x"])], [there("a", "x")], False, []),
        ([wanted("a", exact=False, values_absent=["x"])], [], False, []),
        ([wanted("a")], [there("a", "x"), there("b", "y")], False, [there("b", "y")]),
        ([wanted("a", "x", "y")], [there("a", '"y"', "x")], False, [there("a", '"y"', "x")]),
        (
            [wanted("a", "x", namespace=f"{statements.NAMESPACES}uri")],
            [there("a", "x")],
            False,
            [there("a", "x", namespace=f"{statements.NAMESPACES}uri")],
        ),
        (
            [wanted("a", "x")],
            [there("a", "x", namespace=f"{statements.NAMESPACES}basic")],
            False,
            [there("a", "x", namespace=f"{statements.NAMESPACES}basic")],
        ),
        ([], [there("b", "y")], True, []),
        ([], [there("b", "y")], False, [there("b", "y")]),
    ],
)
def test_merging(want: list[Any], current: list[Any], purge: bool, expected: list[Any]) -> None:
    merged = statements.merge(want, current, purge)
    assert merged == expected
    # what was merged once is as wanted
    assert statements.merge(want, merged, purge) == merged


def test_a_statement_of_groups_takes_the_place_of_an_expression() -> None:
    group = {"name": "a", "type": "GROUP", "exact": True, "filter_type": "EQUALS", "filter_value": "g"}
    expected = {"type": "GROUP", "name": "a", "namespace": UNSPECIFIED, "filterType": "EQUALS", "filterValue": "g"}
    assert statements.merge([group], [there("a", "x")], False) == [expected]
    assert statements.merge([wanted("a", "y", exact=False)], [expected], False) == [there("a", "y")]


def test_statements_are_compared_by_meaning() -> None:
    first, second = there("a", "x", "y"), there("b", '"c"')
    assert statements.same_statements([first, second], [there("b", "c"), there("a", "y", "x")])
    assert not statements.same_statements([first], [first, second])
    assert not statements.same_statements([first], [there("a", "x")])
    assert not statements.same_statements([first], [{**first, "namespace": "other"}])


@pytest.mark.parametrize(("text", "plain"), [('"x"', "x"), ('""x""', '"x"'), ('"', '"'), ("x", "x"), ('"x', '"x')])
def test_one_pair_of_quotes_is_stripped(text: str, plain: str) -> None:
    assert statements.constant(text) == plain


def test_every_fault_of_statements_is_named() -> None:
    group = {"type": "GROUP", "exact": True}
    found = list(
        statements.faults(
            [
                {**wanted("a"), "values": None},
                wanted("a", "x", filter_type="EQUALS"),
                {**group, "name": "g", "values": ["x"], "filter_type": "EQUALS"},
                wanted("", "v" * 1025, ""),
                wanted("b", "x", exact=False, values_absent=['"x"']),
                wanted("c", "x", values_absent=["y"]),
            ]
        )
    )
    assert [fault.partition(":")[0] for fault in found] == [
        "attribute_statements[0].values",
        "attribute_statements[1].name",
        "attribute_statements[1].filter_type",
        "attribute_statements[2].filter_value",
        "attribute_statements[2].values",
        "attribute_statements[3].name",
        "attribute_statements[3].values[0]",
        "attribute_statements[3].values[1]",
        "attribute_statements[4].values_absent",
        "attribute_statements[5].values_absent",
    ]


# -- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", saml_settings.SETTINGS)
def test_names_go_both_ways(option: str) -> None:
    assert names.option_of(names.member_name(option)) == option


@pytest.mark.parametrize(
    ("member", "want", "current", "same"),
    [
        ("defaultRelayState", "", None, True),
        ("defaultRelayState", "x", None, False),
        ("acsEndpoints", [{"url": "u", "index": 0}], [{"index": 0, "url": "u"}], True),
        ("acsEndpoints", [{"url": "a", "index": 0}, {"url": "b", "index": 1}], [{"url": "b", "index": 1}], False),
        (
            "acsEndpoints",
            [{"url": "a", "index": 0}, {"url": "b", "index": 1}],
            [{"url": "b", "index": 1}, {"url": "a", "index": 0}],
            False,
        ),
        ("inlineHooks", [{"id": "1"}, {"id": "2"}], [{"id": "2", "_links": {}}, {"id": "1"}], True),
        ("slo", {"enabled": False, "issuer": "x"}, {"enabled": False}, True),
        ("slo", {"enabled": False}, None, True),
        ("slo", {"enabled": True, "issuer": "x"}, {"enabled": True, "issuer": "x", "logoutUrl": "y"}, True),
        ("slo", {"enabled": True, "issuer": "x"}, {"enabled": False}, False),
        ("spCertificate", {"x5c": ["TUlJQg=="]}, {"x5c": ["TUlJ\r\nQg==\r\n"]}, True),
        ("spCertificate", None, {"x5c": ["TUlJQg=="]}, False),
        ("spCertificate", None, None, True),
        ("assertionEncryption", {"enabled": True, "x5c": ["TUlJQg=="]}, {"enabled": True, "x5c": ["TUlJ\nQg=="]}, True),
        ("assertionEncryption", {"enabled": True, "x5c": ["TUlJQg=="]}, {"enabled": True, "x5c": ["AAAA"]}, False),
    ],
)
def test_comparison(member: str, want: Any, current: Any, same: bool) -> None:
    options = app_document.Wanted(SAML, {}, {member: want})
    app = {"settings": {"signOn": {member: current}}}
    assert (app_document.differences(options, app) == []) is same


def test_every_fault_of_settings_is_named() -> None:
    options = {
        "sso_acs_url": "no url",
        "response_signed": False,
        "assertion_signed": False,
        "allow_multiple_acs_endpoints": False,
        "acs_endpoints": [{"url": "ftp://x", "index": 1}, {"url": "https://x", "index": 1}],
        "slo": {"enabled": True, "issuer": "i"},
        "saml_signed_request_enabled": True,
        "sp_certificate": "no certificate",
        "participate_slo": {"enabled": True},
        "assertion_encryption": {"enabled": True},
        "saml_assertion_lifetime_seconds": 0,
    }
    assert [fault.partition(":")[0] for fault in saml_settings.faults(options, None, making=True)] == [
        "audience",
        "sso_acs_url",
        "assertion_signed",
        "acs_endpoints",
        "acs_endpoints[0].url",
        "acs_endpoints[1].index",
        "sp_certificate",
        "assertion_encryption.certificate",
        "slo.logout_url",
        "participate_slo.binding_type",
        "participate_slo.logout_request_url",
        "saml_assertion_lifetime_seconds",
    ]


def test_faults_are_judged_with_what_is_there() -> None:
    current = {"responseSigned": False, "assertionSigned": True, "spCertificate": {"x5c": ["MIIB"]}}
    assert not list(saml_settings.faults({"saml_signed_request_enabled": True}, current, making=False))
    assert list(saml_settings.faults({"assertion_signed": False}, current, making=False))
    assert list(
        saml_settings.faults({"sp_certificate": "", "saml_signed_request_enabled": True}, current, making=False)
    )


# -- the app's JSON ---------------------------------------------------------------------------------------------------


def test_a_replacement_keeps_what_it_does_not_know() -> None:
    app = {
        "id": "0oa1",
        "name": "n",
        "label": "L",
        "status": "ACTIVE",
        "_links": {"x": 1},
        "future": {"a": 1},
        "settings": {"notes": {"admin": "x", "enduser": None}, "signOn": {"future": [1], "audience": "old"}},
    }
    options = {"audience": "new", "notes": {"admin": "", "enduser": None}, "visibility": {"hide": {"ios": True}}}
    body = app_document.replacement(app, app_document.wanted_of(SAML, options, app), "k2")
    assert body == {
        "name": "n",
        "label": "L",
        "future": {"a": 1},
        "visibility": {"hide": {"iOS": True}},
        "credentials": {"signing": {"kid": "k2"}},
        "settings": {
            "notes": {"admin": None, "enduser": None},
            "signOn": {
                "future": [1],
                "audience": "new",
                "attributeStatements": [],
                **dict.fromkeys(set(saml_settings.SIX) - {"attributeStatements"}, ""),
            },
        },
    }
    assert app["settings"]["signOn"]["audience"] == "old"  # type: ignore[index]  # the literal's type is a union


def test_differences_are_named_as_options() -> None:
    options = {
        "label": "New",
        "visibility": {"hide": {"ios": True}, "app_links": {"A_b": False}},
        "notes": {"admin": "x"},
        "user_name_template": {"template": "t"},
        "audience": "a",
    }
    found = app_document.differences(app_document.wanted_of(SAML, options, {}), {"settings": {}})
    assert found == [
        "label",
        "visibility.hide.ios",
        "visibility.app_links.A_b",
        "notes.admin",
        "user_name_template.template",
        "audience",
    ]


def test_the_answer_holds_no_parameters_of_a_template() -> None:
    app = {"id": "0oa1", "settings": {"app": {"secretKey": "canary"}, "signOn": {}}, "_links": {}}
    assert "canary" not in str(app_document.view(app))


# -- keys -------------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def key(kid: str, created: int, expires: int) -> dict[str, str]:
    """A key by days from now."""
    return {
        "kid": kid,
        **{
            name: (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            for name, days in (("created", created), ("expiresAt", expires))
        },
    }


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([key("a", -100, 31)], None),
        ([key("a", -100, 30)], keys.Rotation()),
        ([key("a", -100, -1)], keys.Rotation()),
        ([key("a", -100, 10), key("b", -1, 3000)], keys.Rotation("b")),
        ([key("a", -100, 10), key("b", -1, 20)], keys.Rotation()),
        ([key("a", -100, 10), key("older", -200, 3000)], keys.Rotation()),
        ([key("a", -100, 10), key("b", -2, 3000), key("c", -1, 3000)], keys.Rotation("c")),
    ],
)
def test_when_a_key_is_rotated(listed: list[dict[str, str]], expected: keys.Rotation | None) -> None:
    assert keys.rotation(listed, "a", {"rotate_within_days": 30}, NOW) == expected


@pytest.mark.parametrize(("days", "years", "faulty"), [(30, 10, 0), (30, 1, 1), (730, 2, 1), (-1, 2, 1)])
def test_faults_of_a_rotation(days: int, years: int, faulty: int) -> None:
    assert len(list(keys.faults({"rotate_within_days": days, "validity_years": years}))) == faulty


# -- metadata ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        b"<html></html>",
        b"no xml",
        b'<!DOCTYPE x [<!ENTITY e "canary">]><x>&e;</x>',
        b'<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>',
    ],
)
def test_metadata_that_is_none(document: bytes) -> None:
    with pytest.raises(ServiceError, match="metadata cannot be read"):
        metadata.read(document)


def test_planned_metadata_is_marked() -> None:
    planned = metadata.planned("https://example.okta.com", "0oaplanned0123456789")
    assert planned.sso_url.startswith("https://example.okta.com/app/planned0/exkplanned0123456789/")
    assert all(map(is_placeholder, (planned.document, planned.entity_id, planned.sso_url)))


def test_certificates_are_pem() -> None:
    text = textwrap.dedent("""\
        <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="e"><md:IDPSSODescriptor>
        <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
        <ds:X509Certificate>%%</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
        <md:SingleSignOnService Binding="b" Location="l"/></md:IDPSSODescriptor></md:EntityDescriptor>""")
    with pytest.raises(ServiceError, match="no base64"):
        metadata.read(text.encode())
