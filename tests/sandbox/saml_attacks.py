# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that is attacked, and the attacks: each is one mutation of a sign-in that succeeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import saml_tricks as tricks
from aws_harness import ACCOUNT, Aws, allow, deny, document
from saml_maker import ATTRIBUTE, AUDIENCE, EMAIL_TAG, Idp, Spec, encode, good
from signxml.algorithms import DigestAlgorithm, SignatureMethod

ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/other"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/okta"
OWN, FOREIGN = "own-application", "foreign-application"
TWIN = f"arn:aws:iam::{ACCOUNT}:saml-provider/twin"

TROUBLE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html"
API = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html"
TAGS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"
ASSERTIONS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html"
LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
S3_ERRORS = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"
#: The code stands in extensions/sandbox/docs/guesses.md.
GUESS = "guesses.md"

IDP = Idp()
STRANGER = Idp(number=2)


def trust(*, tag_session: Mapping[str, Any] | None = None, providers: tuple[str, ...] = (PROVIDER, TWIN)) -> str:
    """The trust policy of the procedure; ``tag_session``: another condition, empty for no such statement."""
    principal = {"Federated": list(providers)}
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "sts:AssumeRoleWithSAML",
            "Condition": {"StringEquals": {"SAML:aud": AUDIENCE}},
        }
    ]
    condition = {"StringLike": {"aws:RequestTag/Email": "*"}} if tag_session is None else tag_session
    if condition:
        statements.append(
            {"Effect": "Allow", "Principal": principal, "Action": "sts:TagSession", "Condition": condition}
        )
    return document(*statements)


def prepare(aws: Aws) -> None:
    """An account with a provider, its twin, two roles that both trust, and two applications, one of which is theirs."""
    aws.cloud.seed(
        {
            "aws": {
                "buckets": {
                    "documents": {"objects": {"a.txt": "a"}},
                    "secrets": {"objects": {"a.txt": "a"}},
                },
                "saml_providers": [{"Name": name, "SAMLMetadataDocument": IDP.metadata()} for name in ("okta", "twin")],
            }
        }
    )
    business = aws.client("qbusiness")
    own, _unused = (
        business.create_application(displayName=name, identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=PROVIDER)[
            "applicationArn"
        ]
        for name in (OWN, FOREIGN)
    )
    permissions = document(allow("s3:GetObject", "arn:aws:s3:::documents/*"), allow("qbusiness:GetApplication", own))
    roles = [
        {"RoleName": name, "AssumeRolePolicyDocument": trust(), "InlinePolicies": {"read": permissions}}
        for name in ("web", "other")
    ]
    aws.cloud.seed({"aws": {"roles": roles}})


def application_id(aws: Aws, name: str) -> str:
    """The application of this name."""
    found = aws.client("qbusiness").list_applications()["applications"]
    return next(str(item["applicationId"]) for item in found if item["displayName"] == name)


@dataclass(frozen=True)
class SignIn:
    """One call of ``AssumeRoleWithSAML`` and what the session then does."""

    spec: Spec
    idp: Idp = IDP
    xml: Callable[[bytes], bytes] = lambda xml: xml
    role: str = ROLE
    provider: str = PROVIDER
    duration: int | None = None
    bucket: str = "documents"
    application: str = OWN
    later: float = 0.0

    def run(self, aws: Aws) -> dict[str, Any]:
        """The answer of STS, after the session has read an object and asked Q Business; raises ClientError."""
        extra = {"DurationSeconds": self.duration} if self.duration is not None else {}
        answer: dict[str, Any] = aws.client("sts", unsigned=True).assume_role_with_saml(
            RoleArn=self.role,
            PrincipalArn=self.provider,
            SAMLAssertion=encode(self.xml(self.idp.response(self.spec))),
            **extra,
        )
        application = application_id(aws, self.application)
        aws.cloud.clock.advance(self.later)
        aws.client("s3", answer["Credentials"]).get_object(Bucket=self.bucket, Key="a.txt")
        aws.client("qbusiness", answer["Credentials"]).get_application(applicationId=application)
        return answer


Change = Callable[[SignIn], SignIn]


@dataclass(frozen=True)
class Attack:
    """``change``: the mutation of the sign-in; ``account``: the mutation of the account, when it is that.

    ``code``: how it is refused (empty: it is let in, but as who it is); ``source``: the page that says so;
    ``checks``: what stops it; ``goal``: whether an answer is what the attacker wanted.
    """

    name: str
    code: str
    source: str
    checks: frozenset[str]
    change: Change = lambda good: good
    account: Callable[[Aws], None] = lambda aws: None
    goal: Callable[[Mapping[str, Any]], bool] = field(default=lambda answer: True)


def _spec(**changes: Any) -> Change:
    return lambda sign_in: replace(sign_in, spec=replace(sign_in.spec, **changes))


def _times(**offsets: float) -> Change:
    """Times relative to the moment of issue."""

    def change(sign_in: SignIn) -> SignIn:
        times: dict[str, Any] = {name: sign_in.spec.issued + offset for name, offset in offsets.items()}
        return replace(sign_in, spec=replace(sign_in.spec, **times))

    return change


def _attribute(name: str, *values: str) -> Change:
    return lambda sign_in: replace(sign_in, spec=sign_in.spec.with_attribute(name, *values))


def _call(**changes: Any) -> Change:
    return lambda sign_in: replace(sign_in, **changes)


def _both(first: Change, second: Change) -> Change:
    return lambda sign_in: second(first(sign_in))


def _trusting(text: str) -> Callable[[Aws], None]:
    return lambda aws: aws.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=text)


def _role_policy(*statements: Mapping[str, Any]) -> Callable[[Aws], None]:
    return lambda aws: aws.client("iam").put_role_policy(
        RoleName="web", PolicyName="more", PolicyDocument=document(*statements)
    )


def _rolled_over(aws: Aws) -> None:
    """The provider's certificate has been replaced since."""
    aws.client("iam").update_saml_provider(SAMLProviderArn=PROVIDER, SAMLMetadataDocument=STRANGER.metadata())


def _as_victim(answer: Mapping[str, Any]) -> bool:
    return bool(answer["Subject"] == tricks.VICTIM and answer["AssumedRoleUser"]["Arn"].endswith(f"/{tricks.VICTIM}"))


def _named(email: str) -> Change:
    """The assertion is signed for this name."""

    def change(sign_in: SignIn) -> SignIn:
        spec = replace(sign_in.spec, subject=email).with_attribute(EMAIL_TAG, email)
        return replace(sign_in, spec=spec.with_attribute(f"{ATTRIBUTE}RoleSessionName", email))

    return change


def _wrapped(number: int) -> Attack:
    whole = number in (1, 2)
    return Attack(
        f"xsw{number}",
        "InvalidIdentityToken",
        TROUBLE,
        frozenset({"signed_facts"}),
        _both(_spec(sign_response=whole, sign_assertion=not whole), _call(xml=getattr(tricks, f"xsw{number}"))),
        goal=_as_victim,
    )


def _attack(name: str, code: str, source: str, checks: str, **more: Any) -> Attack:
    return Attack(name, code, source, frozenset(checks.split()), **more)


_INVALID, _DENIED, _EXPIRED = "InvalidIdentityToken", "AccessDenied", "ExpiredTokenException"
_PAIR = f"{ATTRIBUTE}Role"

ATTACKS: tuple[Attack, ...] = (
    # The signature
    _attack("unsigned", _INVALID, TROUBLE, "signature", change=_spec(sign_assertion=False)),
    _attack("signature_stripped", _INVALID, TROUBLE, "signature", change=_call(xml=tricks.strip_signature)),
    _attack("signature_flipped", _INVALID, TROUBLE, "signature", change=_call(xml=tricks.flip_signature)),
    _attack(
        "tampered_name",
        _INVALID,
        TROUBLE,
        "signature",
        change=_call(xml=tricks.replace_text("ann@example.com", tricks.VICTIM)),
        goal=_as_victim,
    ),
    _attack(
        "tampered_role",
        _INVALID,
        TROUBLE,
        "signature",
        change=_call(xml=tricks.replace_text(":role/web", ":role/other"), role=OTHER_ROLE),
    ),
    _attack("strangers_key", _INVALID, TROUBLE, "signature", change=_call(idp=STRANGER)),
    _attack("certificate_replaced", _INVALID, TROUBLE, "signature", account=_rolled_over),
    _attack(
        "sha1",
        _INVALID,
        GUESS,
        "signature_algorithm",
        change=_spec(method_name=SignatureMethod.RSA_SHA1, digest_name=DigestAlgorithm.SHA1),
    ),
    *(_wrapped(number) for number in range(1, 8)),
    # The XML
    _attack(
        "comment_truncation",
        "",
        GUESS,
        "canonical_facts",
        change=_both(_named(f"{tricks.VICTIM}.evil"), _call(xml=tricks.comment)),
        goal=_as_victim,
    ),
    _attack("doctype", _INVALID, GUESS, "doctype", change=_call(xml=tricks.doctype)),
    _attack("entity", _INVALID, GUESS, "doctype", change=_call(xml=tricks.entity)),
    # Who says it, to whom, when
    _attack(
        "status_failed",
        "IDPRejectedClaim",
        API,
        "status",
        change=_spec(status="urn:oasis:names:tc:SAML:2.0:status:Responder"),
    ),
    _attack("wrong_issuer", _INVALID, GUESS, "issuer", change=_spec(issuer="http://www.okta.com/exkOther")),
    _attack(
        "wrong_recipient", _DENIED, TROUBLE, "trust_policy", change=_spec(recipient="https://evil.example.com/saml")
    ),
    _attack(
        "holder_of_key",
        _INVALID,
        GUESS,
        "bearer",
        change=_spec(method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
    ),
    _attack("expired", _EXPIRED, API, "not_on_or_after", change=_times(not_on_or_after=-1)),
    _attack("confirmation_expired", _EXPIRED, API, "not_on_or_after", change=_times(confirmation_not_on_or_after=-1)),
    _attack("not_yet_valid", _INVALID, GUESS, "not_before", change=_times(not_before=120)),
    _attack("redeemed_late", _EXPIRED, GUESS, "redeemed_in_time", change=_times(issued=-600)),
    _attack(
        "providers_session_over",
        _EXPIRED,
        GUESS,
        "provider_session session_expiry",
        change=_times(session_not_on_or_after=-1),
    ),
    # Which role
    _attack("role_not_named", _DENIED, TROUBLE, "role_pair", change=_call(role=OTHER_ROLE)),
    _attack("provider_not_named", _DENIED, TROUBLE, "role_pair", change=_call(provider=TWIN)),
    _attack("white_space_in_pair", _DENIED, TROUBLE, "role_pair", change=_attribute(_PAIR, f"{ROLE}, {PROVIDER}")),
    _attack(
        "white_space_after_name",
        _INVALID,
        TROUBLE,
        "role_attribute role_pair",
        change=_both(_attribute(_PAIR), _attribute(f"{_PAIR} ", f"{ROLE},{PROVIDER}")),
    ),
    _attack("no_role_attribute", _INVALID, TROUBLE, "role_attribute role_pair", change=_attribute(_PAIR)),
    # Session and tags
    _attack("no_session_name", _INVALID, TROUBLE, "session_name", change=_attribute(f"{ATTRIBUTE}RoleSessionName")),
    _attack(
        "bad_session_name",
        _INVALID,
        TROUBLE,
        "session_name",
        change=_attribute(f"{ATTRIBUTE}RoleSessionName", "Ann Example"),
    ),
    _attack(
        "session_duration_too_long",
        _INVALID,
        GUESS,
        "session_duration",
        change=_attribute(f"{ATTRIBUTE}SessionDuration", "43201"),
    ),
    _attack("duration_over_the_roles", "ValidationError", TROUBLE, "max_session_duration", change=_call(duration=3601)),
    _attack(
        "two_emails",
        _INVALID,
        GUESS,
        "single_valued_tags",
        change=_attribute(EMAIL_TAG, tricks.VICTIM, "ann@example.com"),
    ),
    _attack("reserved_tag", _INVALID, GUESS, "tag_limits", change=_attribute(f"{ATTRIBUTE}PrincipalTag:aws:x", "1")),
    _attack("no_tag_session", _DENIED, TAGS, "tag_session", account=_trusting(trust(tag_session={}))),
    _attack(
        "tag_condition_fails",
        _DENIED,
        TAGS,
        "tag_session",
        account=_trusting(trust(tag_session={"StringLike": {"aws:RequestTag/Email": "*@corp.example"}})),
    ),
    _attack(
        "no_email_tag",
        _DENIED,
        TAGS,
        "tag_session",
        change=_both(_attribute(EMAIL_TAG), _attribute(f"{ATTRIBUTE}PrincipalTag:City", "Bern")),
    ),
    _attack(
        "source_identity_unasked",
        _DENIED,
        ASSERTIONS,
        "source_identity",
        change=_attribute(f"{ATTRIBUTE}SourceIdentity", "ann"),
    ),
    # What the role's policies say
    _attack(
        "trust_denies_subject",
        _DENIED,
        LOGIC,
        "explicit_deny",
        account=_trusting(
            document(
                *json.loads(trust())["Statement"],
                {
                    "Effect": "Deny",
                    "Principal": {"Federated": PROVIDER},
                    "Action": "sts:AssumeRoleWithSAML",
                    "Condition": {"StringEquals": {"SAML:sub": "ann@example.com"}},
                },
            )
        ),
    ),
    _attack(
        "explicit_deny", _DENIED, LOGIC, "explicit_deny", account=_role_policy(deny("s3:*", "arn:aws:s3:::documents/*"))
    ),
    _attack(
        "deny_by_principal_tag",
        _DENIED,
        LOGIC,
        "explicit_deny",
        account=_role_policy(deny("*", Condition={"StringLike": {"aws:PrincipalTag/Email": "ann@*"}})),
    ),
    _attack(
        "another_application",
        "AccessDeniedException",
        "https://docs.aws.amazon.com/amazonq/latest/api-reference/API_GetApplication.html",
        "identity_policy",
        change=_call(application=FOREIGN),
    ),
    _attack("another_bucket", _DENIED, LOGIC, "identity_policy", change=_call(bucket="secrets")),
    _attack("session_expired", "ExpiredToken", S3_ERRORS, "session_expiry", change=_call(duration=900, later=1000.0)),
)


def good_sign_in(aws: Aws) -> SignIn:
    """The sign-in that succeeds."""
    return SignIn(good(IDP, aws.cloud.clock.now(), ROLE, PROVIDER))


__all__ = ["ATTACKS", "Attack", "SignIn", "good_sign_in", "prepare"]
