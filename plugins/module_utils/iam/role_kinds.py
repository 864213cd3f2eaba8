# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of role that Q Business needs: which options each takes, what is wrong with them, and its two policies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..placeholder import ACCOUNT
from . import arns, policies, trusts

Options = Mapping[str, Any]

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCOUNT = re.compile(r"\d{12}")
#: Ids in the paths of ARNs: Q Business and Kendra indices (service models ``qbusiness``, ``kendra``).
_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{35}")
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
_SID = re.compile(r"[A-Za-z0-9]*")

APPLICATION_FORM = "arn:aws:qbusiness:REGION:123456789012:application/ID"


@dataclass(frozen=True)
class Kind:
    """One kind of role."""

    #: The name of its inline policy, where none is given.
    policy_name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    trust: Callable[[Options], policies.Policy]
    statements: Callable[[Options], list[policies.Statement]]
    #: Whether it may be for several applications: then either option that names them will do.
    several: bool = False

    @property
    def taken(self) -> tuple[str, ...]:
        """The options that go with it."""
        return (*self.required, *self.optional, *(("application_arn", "application_arns") if self.several else ()))


def application_arns(options: Options) -> list[str]:
    """The applications of both options, once each."""
    one, several = options.get("application_arn"), options.get("application_arns")
    return list(dict.fromkeys(str(arn) for arn in (*([one] if one else ()), *(several or ()))))


def _applications(options: Options) -> list[arns.Application]:
    found = [application for arn in application_arns(options) if (application := arns.application(arn))]
    if not found:
        raise ValueError("checked before")  # faults() comes first
    return found


def _application(options: Options) -> arns.Application:
    return _applications(options)[0]


def _text(options: Options, name: str) -> str:
    return str(options.get(name) or "")


def _people_trust(options: Options) -> policies.Policy:
    provider = arns.provider(str(options["provider_arn"]))
    if provider is None:
        raise ValueError("checked before")
    if provider.kind == "oidc-provider":
        return trusts.oidc(provider, options.get("oidc_audiences") or [])
    return trusts.saml(provider, saml_audiences(options, provider))


def saml_audiences(options: Options, provider: arns.Provider) -> list[str]:
    """The Recipients that the role accepts: those given, or the sign-in endpoint of the provider's partition."""
    endpoint = trusts.SIGN_IN_ENDPOINTS.get(provider.partition, trusts.SIGN_IN_ENDPOINTS["aws"])
    return list(options.get("saml_audiences") or [endpoint])


def _web_statements(options: Options) -> list[policies.Statement]:
    return policies.web_experience(
        _application(options),
        key_arn=_text(options, "kms_key_arn"),
        q_apps=bool(options.get("q_apps")),
        citations=bool(options.get("citations")),
        search=bool(options.get("search")),
    )


def _client_statements(options: Options) -> list[policies.Statement]:
    return policies.api_client(
        _applications(options),
        key_arn=_text(options, "kms_key_arn"),
        citations=bool(options.get("citations")),
        search=options.get("search") is not False,
    )


def _data_source_statements(options: Options) -> list[policies.Statement]:
    return policies.data_source(
        _application(options),
        str(options["index_id"]),
        buckets=list(dict.fromkeys(options.get("buckets") or [])),
        bucket_account=_text(options, "bucket_account"),
        key_arn=_text(options, "kms_key_arn"),
        secret_arn=_text(options, "secret_arn"),
        subnet_ids=options.get("vpc_subnet_ids") or [],
        security_group_ids=options.get("vpc_security_group_ids") or [],
    )


KINDS: dict[str, Kind] = {
    "web_experience": Kind(
        "QBusinessWebExperience",
        ("provider_arn", "application_arn"),
        ("saml_audiences", "oidc_audiences", "kms_key_arn", "q_apps", "citations", "search"),
        _people_trust,
        _web_statements,
    ),
    "data_source": Kind(
        "QBusinessDataSource",
        ("application_arn", "index_id"),
        ("buckets", "bucket_account", "kms_key_arn", "secret_arn", "vpc_subnet_ids", "vpc_security_group_ids"),
        lambda options: trusts.data_source(_application(options)),
        _data_source_statements,
    ),
    "kendra_retriever": Kind(
        "QBusinessKendraRetriever",
        ("application_arn", "kendra_index_id"),
        (),
        lambda options: trusts.kendra(_application(options)),
        lambda options: policies.kendra_retriever(_application(options), str(options["kendra_index_id"])),
    ),
    "plugin": Kind(
        "QBusinessPlugin",
        ("application_arn", "secret_arn"),
        ("kms_key_arn",),
        lambda options: trusts.plugin(_application(options)),
        lambda options: policies.plugin(str(options["secret_arn"]), key_arn=_text(options, "kms_key_arn")),
    ),
    "secrets": Kind(
        "QBusinessClientSecret",
        ("secret_arn",),
        ("kms_key_arn",),
        lambda options: trusts.secrets(_applications(options)),
        lambda options: policies.secrets(str(options["secret_arn"]), key_arn=_text(options, "kms_key_arn")),
        several=True,
    ),
    "api_client": Kind(
        "QBusinessApiClient",
        ("provider_arn",),
        ("saml_audiences", "oidc_audiences", "kms_key_arn", "citations", "search"),
        _people_trust,
        _client_statements,
        several=True,
    ),
}
#: The options that belong to one kind or another.
KIND_OPTIONS = tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.taken))


def policy_faults(kind_name: str, options: Options) -> Iterator[str]:
    """Everything that is wrong with the options from which the policies are made."""
    kind = KINDS[kind_name]
    for name in kind.required:
        if not options.get(name):
            yield f"{name}: is required for a role of the kind {kind_name}"
    if kind.several and not application_arns(options):
        yield (
            f"application_arns: is required for a role of the kind {kind_name}; for one application application_arn "
            "will do"
        )
    for name in KIND_OPTIONS:
        if options.get(name) and name not in kind.taken:
            takers = ", ".join(other for other, spec in KINDS.items() if name in spec.taken)
            yield f"{name}: does not go with the kind {kind_name}; it goes with {takers}"
    yield from _arn_faults(options)
    yield from _audience_faults(options)
    yield from _id_faults(options)
    yield from _additional_faults(options.get("additional_statements") or [])


def _arn_faults(options: Options) -> Iterator[str]:
    checks: tuple[tuple[str, Callable[[str], Any], str], ...] = (
        ("provider_arn", arns.provider, "arn:aws:iam::123456789012:saml-provider/NAME, or …:oidc-provider/ISSUER"),
        ("application_arn", arns.application, APPLICATION_FORM),
        ("kms_key_arn", arns.is_key, "arn:aws:kms:REGION:123456789012:key/ID (an alias cannot stand in a policy)"),
        ("secret_arn", arns.is_secret, "arn:aws:secretsmanager:REGION:123456789012:secret:NAME-SUFFIX"),
    )
    for name, fits, example in checks:
        value = options.get(name)
        if value and not fits(str(value)):
            yield f"{name}: {value!r} is not of the form {example}"
    for number, value in enumerate(options.get("application_arns") or []):
        if not arns.application(str(value)):
            yield f"application_arns[{number}]: {value!r} is not of the form {APPLICATION_FORM}"
    found = [application for arn in application_arns(options) if (application := arns.application(arn))]
    owners = sorted({application.account for application in found} - {ACCOUNT})
    if len(owners) > 1:
        yield f"application_arns: they are in the accounts {', '.join(owners)}; a role is for those of one account"


def _audience_faults(options: Options) -> Iterator[str]:
    provider = arns.provider(_text(options, "provider_arn"))
    if provider is None:
        return
    if provider.kind == "oidc-provider":
        if not options.get("oidc_audiences"):
            yield "oidc_audiences: is required with an OpenID Connect provider; it holds the client ids of the Okta app"
        if options.get("saml_audiences"):
            yield "saml_audiences: goes with a SAML provider, and provider_arn is an OpenID Connect provider"
    else:
        if options.get("oidc_audiences"):
            yield "oidc_audiences: goes with an OpenID Connect provider, and provider_arn is a SAML provider"
        for number, audience in enumerate(options.get("saml_audiences") or []):
            if not re.fullmatch(r"https?://\S+", str(audience)):
                yield (
                    f"saml_audiences[{number}]: {audience!r} is no URL; it is what the assertion's Recipient says, "
                    "https://signin.aws.amazon.com/saml or an ACS URL"
                )


def _id_faults(options: Options) -> Iterator[str]:
    for name in ("index_id", "kendra_index_id"):
        value = options.get(name)
        if value and not _ID.fullmatch(str(value)):
            yield f"{name}: {value!r} is no id of 36 letters, digits and hyphens"
    account = options.get("bucket_account")
    if account and not _ACCOUNT.fullmatch(str(account)):
        yield f"bucket_account: {account!r} is no account id of twelve digits"
    for number, bucket in enumerate(options.get("buckets") or []):
        if not _BUCKET.fullmatch(str(bucket)):
            yield f"buckets[{number}]: {bucket!r} is no bucket's name (3 to 63 small letters, digits, dots, hyphens)"
    for name, prefix in (("vpc_subnet_ids", "subnet"), ("vpc_security_group_ids", "sg")):
        for number, value in enumerate(options.get(name) or []):
            if not re.fullmatch(rf"{prefix}-[0-9a-zA-Z]+", str(value)):
                yield f"{name}[{number}]: {value!r} is not of the form {prefix}-…"
    if bool(options.get("vpc_subnet_ids")) != bool(options.get("vpc_security_group_ids")):
        yield "vpc_subnet_ids, vpc_security_group_ids: a VPC needs both, or neither"


def _additional_faults(statements: list[Mapping[str, Any]]) -> Iterator[str]:
    for number, statement in enumerate(statements):
        yield from statement_faults(statement, f"additional_statements[{number}]")
    sids = [str(statement["Sid"]) for statement in statements if statement.get("Sid")]
    for sid in sorted({sid for sid in sids if sids.count(sid) > 1}):
        yield f"additional_statements: the Sid {sid!r} is there {sids.count(sid)} times; in a policy it may be once"


def statement_faults(statement: Mapping[str, Any], path: str, *, principal: bool = False) -> Iterator[str]:
    """What is wrong with the form of one policy statement.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html

    :param principal: whether it is one of a resource's policy, which says to whom it applies
    """
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"{path}.Effect: {statement.get('Effect')!r} is neither Allow nor Deny"
    pairs = [("Action", "NotAction"), ("Resource", "NotResource")]
    if principal:
        pairs.append(("Principal", "NotPrincipal"))
    for plain, negated in pairs:
        if bool(statement.get(plain)) == bool(statement.get(negated)):
            yield f"{path}: exactly one of {plain} and {negated} is needed"
    known = {"Sid", "Effect", "Condition", *(name for pair in pairs for name in pair)}
    for name in statement:
        if name not in known:
            yield f"{path}.{name}: is no element of such a statement; elements are {', '.join(sorted(known))}"
    if not _SID.fullmatch(str(statement.get("Sid") or "")):
        yield f"{path}.Sid: {statement['Sid']!r} may hold only letters and digits"
