# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that is attacked, and the attacks on ``AssumeRoleWithWebIdentity``: each is one mutation of a sign-in
that succeeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aws_harness import ACCOUNT, Aws, allow, deny, document
from oidc_maker import CLIENT, HOST, ISSUER, OTHER, TAGS, Token, good, jwk, public_pem, rsa_key, tags

NAME = ISSUER.removeprefix("https://")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{NAME}"
VICTIM = "victim@example.com"
OWN, FOREIGN = "own-application", "foreign-application"

TROUBLE = "https://repost.aws/knowledge-center/iam-oidc-idp-federation"
API = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"
OIDC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html"
TAGGING = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html"
LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
#: The code stands in extensions/sandbox/docs/guesses.md.
GUESS = "guesses.md"


def trust(more: Mapping[str, str] | None = None, *, email: bool = True, tag_session: bool = True) -> str:
    """The trust policy of AWS's sample; ``email``: the tag is wanted of the operation itself as well; ``more``: further
    keys that have to be equal."""
    principal = {"Federated": PROVIDER}
    tagged = {"StringLike": {"aws:RequestTag/Email": "*"}}
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {f"{NAME}:aud": CLIENT, **(more or {})}, **(tagged if email else {})},
        }
    ]
    if tag_session:
        statements.append({"Effect": "Allow", "Principal": principal, "Action": "sts:TagSession", "Condition": tagged})
    return document(*statements)


def prepare(aws: Aws) -> None:
    """An account with a provider, roles for it and for another one, and two applications, one of which is theirs."""
    aws.cloud.seed(
        {
            "aws": {
                "buckets": {
                    "documents": {"objects": {"a.txt": "a"}},
                    "secrets": {"objects": {"a.txt": "a"}},
                },
                "oidc_providers": [{"Url": ISSUER, "ClientIDList": [CLIENT]}],
            }
        }
    )
    business = aws.client("qbusiness")
    own, _unused = (
        business.create_application(
            displayName=name,
            identityType="AWS_IAM_IDP_OIDC",
            iamIdentityProviderArn=PROVIDER,
            clientIdsForOIDC=[CLIENT],
        )["applicationArn"]
        for name in (OWN, FOREIGN)
    )
    permissions = document(allow("s3:GetObject", "arn:aws:s3:::documents/*"), allow("qbusiness:GetApplication", own))
    other = trust().replace(PROVIDER, PROVIDER.replace("/default", "/ausEvil"))
    roles = [
        {"RoleName": name, "AssumeRolePolicyDocument": text, "InlinePolicies": {"read": permissions}}
        for name, text in (("web", trust()), ("other", other))
    ]
    aws.cloud.seed({"aws": {"roles": roles}})


def application_id(aws: Aws, name: str) -> str:
    """The application of this name."""
    found = aws.client("qbusiness").list_applications()["applications"]
    return next(str(item["applicationId"]) for item in found if item["displayName"] == name)


@dataclass(frozen=True)
class SignIn:
    """One call of ``AssumeRoleWithWebIdentity`` and what the session then does."""

    token: Token
    text: Callable[[str], str] = lambda text: text
    role: str = ROLE
    name: str = "ann@example.com"
    duration: int | None = None
    bucket: str = "documents"
    application: str = OWN
    later: float = 0.0

    def run(self, aws: Aws) -> dict[str, Any]:
        """The answer of STS with the session's tags, after the session has read an object and asked Q Business; raises
        ClientError."""
        extra = {"DurationSeconds": self.duration} if self.duration is not None else {}
        answer: dict[str, Any] = aws.client("sts", unsigned=True).assume_role_with_web_identity(
            RoleArn=self.role, RoleSessionName=self.name, WebIdentityToken=self.text(self.token.text()), **extra
        )
        credential = aws.room.credentials.find(answer["Credentials"]["AccessKeyId"])
        assert credential is not None
        application = application_id(aws, self.application)
        aws.cloud.clock.advance(self.later)
        aws.client("s3", answer["Credentials"]).get_object(Bucket=self.bucket, Key="a.txt")
        aws.client("qbusiness", answer["Credentials"]).get_application(applicationId=application)
        return {**answer, "Tags": dict(credential.principal.tags)}


Change = Callable[[SignIn], SignIn]


@dataclass(frozen=True)
class Attack:
    """``change``: the mutation of the sign-in; ``account``: the mutation of the account, when it is that.

    ``code``: how it is refused; ``source``: the page that says so; ``checks``: what stops it; ``goal``: whether an
    answer is what the attacker wanted.
    """

    name: str
    code: str
    source: str
    checks: frozenset[str]
    change: Change = lambda good: good
    account: Callable[[Aws], None] = lambda aws: None
    goal: Callable[[Mapping[str, Any]], bool] = field(default=lambda answer: True)


def _claims(**changes: Any) -> Change:
    return lambda sign_in: replace(sign_in, token=sign_in.token.with_claims(**changes))


def _token(**changes: Any) -> Change:
    return lambda sign_in: replace(sign_in, token=replace(sign_in.token, **changes))


def _times(**offsets: float) -> Change:
    """Times relative to the moment of issue."""
    return lambda sign_in: replace(
        sign_in,
        token=sign_in.token.with_claims(**{name: sign_in.token.claims["iat"] + by for name, by in offsets.items()}),
    )


def _call(**changes: Any) -> Change:
    return lambda sign_in: replace(sign_in, **changes)


def _both(first: Change, second: Change) -> Change:
    return lambda sign_in: second(first(sign_in))


def _tags(value: Any) -> Change:
    return _claims(**{TAGS: value})


def _twice(name: str, first: Any, second: Any) -> Change:
    """The payload names a claim twice; a reader that takes the last one sees ``second``."""

    def change(sign_in: SignIn) -> SignIn:
        rest = json.dumps({key: value for key, value in sign_in.token.claims.items() if key != name})
        member = json.dumps(name)
        text = f"{rest[:-1]}, {member}: {json.dumps(first)}, {member}: {json.dumps(second)}}}"
        return replace(sign_in, token=replace(sign_in.token, payload=text))

    return change


def _tampered(text: str) -> str:
    """The payload says another user; the signature stays."""
    import base64

    header, payload, signature = text.split(".")
    data = base64.urlsafe_b64decode(payload + "==").replace(b"ann@example.com", VICTIM.encode())
    return f"{header}.{base64.urlsafe_b64encode(data).rstrip(b'=').decode()}.{signature}"


def _trusting(text: str) -> Callable[[Aws], None]:
    return lambda aws: aws.client("iam").update_assume_role_policy(RoleName="web", PolicyDocument=text)


def _role_policy(*statements: Mapping[str, Any]) -> Callable[[Aws], None]:
    return lambda aws: aws.client("iam").put_role_policy(
        RoleName="web", PolicyName="more", PolicyDocument=document(*statements)
    )


def _wrong_thumbprint(aws: Aws) -> None:
    """AWS does not know the authority of the issuer's host, and the provider names another one."""
    aws.client("iam").update_open_id_connect_provider_thumbprint(
        OpenIDConnectProviderArn=PROVIDER, ThumbprintList=["a" * 40]
    )
    aws.cloud.settings.options["oidc_untrusted_ca"] = [HOST]


def _keys_replaced(aws: Aws) -> None:
    """The issuer has rolled its keys over since."""
    aws.cloud.rooms["okta"].key_sets[ISSUER] = [jwk(rsa_key(3), "three", "RS256")]  # type: ignore[attr-defined]  # ours


def _as_victim(answer: Mapping[str, Any]) -> bool:
    return bool(answer["Tags"].get("Email") == VICTIM)


_MINE = _tags(tags(Email=VICTIM))


def _attack(name: str, code: str, source: str, checks: str, **more: Any) -> Attack:
    return Attack(name, code, source, frozenset(checks.split()), **more)


_INVALID, _DENIED, _EXPIRED = "InvalidIdentityToken", "AccessDenied", "ExpiredTokenException"
_TAGS = "ValidationError"

ATTACKS: tuple[Attack, ...] = (
    # The signature
    _attack(
        "alg_none", _INVALID, API, "signature_algorithm", change=_both(_MINE, _token(algorithm="none")), goal=_as_victim
    ),
    _attack(
        "hmac_with_the_public_key",
        _INVALID,
        API,
        "signature_algorithm",
        change=_both(_MINE, _token(algorithm="HS256", key=public_pem(rsa_key(1)))),
        goal=_as_victim,
    ),
    _attack("tampered_claims", _INVALID, API, "signature", change=_call(text=_tampered), goal=_as_victim),
    _attack(
        "signature_stripped",
        _INVALID,
        API,
        "signature",
        change=_both(_MINE, _call(text=lambda text: text.rpartition(".")[0] + ".")),
        goal=_as_victim,
    ),
    _attack("foreign_key", _INVALID, API, "signature", change=_both(_MINE, _token(key=rsa_key(2))), goal=_as_victim),
    _attack(
        "foreign_kid",
        _INVALID,
        TROUBLE,
        "signature",
        change=_both(_MINE, _token(key=rsa_key(2), header={"kid": "evil"})),
        goal=_as_victim,
    ),
    _attack("no_kid", _INVALID, GUESS, "signature", change=_token(header={})),
    _attack("keys_replaced", _INVALID, TROUBLE, "signature", account=_keys_replaced),
    _attack(
        "jwk_in_the_header",
        _INVALID,
        API,
        "embedded_key",
        change=_both(_MINE, _token(key=rsa_key(2), header={"kid": "one", "jwk": jwk(rsa_key(2), "one")})),
        goal=_as_victim,
    ),
    _attack(
        "jku_in_the_header",
        _INVALID,
        API,
        "embedded_key",
        change=_both(_MINE, _token(key=rsa_key(2), header={"kid": "evil", "jku": f"{OTHER}/v1/keys"})),
        goal=_as_victim,
    ),
    # Who says it
    _attack("issuer_with_a_slash", _INVALID, TROUBLE, "issuer", change=_claims(iss=f"{ISSUER}/")),
    _attack("issuer_in_capitals", _INVALID, TROUBLE, "issuer", change=_claims(iss=ISSUER.replace("acme", "Acme"))),
    _attack("issuer_without_tls", _INVALID, TROUBLE, "issuer", change=_claims(iss=ISSUER.replace("https", "http"))),
    _attack("issuer_is_another_org", _INVALID, TROUBLE, "issuer", change=_claims(iss=ISSUER.replace("acme", "evil"))),
    _attack(
        "issuer_is_another_server",
        _INVALID,
        TROUBLE,
        "issuer signature",
        change=_both(_MINE, _both(_claims(iss=OTHER), _token(key=rsa_key(2), header={"kid": "evil"}))),
        goal=_as_victim,
    ),
    _attack("wrong_thumbprint", _INVALID, TROUBLE, "thumbprint", account=_wrong_thumbprint),
    # For whom
    _attack("foreign_client", _INVALID, TROUBLE, "audience trust_policy tag_session", change=_claims(aud="0oaForeign")),
    _attack("azp_is_foreign", _INVALID, API, "authorized_party", change=_claims(azp="0oaForeign")),
    _attack("two_audiences", _INVALID, GUESS, "one_audience", change=_claims(aud=["0oaForeign", CLIENT])),
    _attack("no_audience", _INVALID, TROUBLE, "required_claims audience trust_policy", change=_claims(aud=None)),
    # When
    _attack("expired", _EXPIRED, OIDC, "expiry", change=_times(exp=-301)),
    _attack("without_end", _INVALID, GUESS, "required_claims", change=_claims(exp=None)),
    _attack("end_is_a_text", _INVALID, GUESS, "integer_times", change=_claims(exp="4102444800")),
    _attack("end_is_a_fraction", _INVALID, GUESS, "integer_times", change=_claims(exp=4102444800.5)),
    _attack("not_yet_valid", _INVALID, GUESS, "not_before", change=_times(nbf=301)),
    _attack("issued_in_the_future", _INVALID, GUESS, "not_before", change=_times(iat=301, exp=3600)),
    # Who
    _attack("no_subject", _INVALID, GUESS, "required_claims subject", change=_claims(sub="")),
    _attack("subject_too_long", _INVALID, GUESS, "subject", change=_claims(sub="x" * 256)),
    _attack("name_with_a_space", "ValidationError", API, "session_name", change=_call(name="Ann Example")),
    _attack("name_too_long", "ValidationError", API, "session_name", change=_call(name="x" * 65)),
    _attack(
        "claim_twice",
        _INVALID,
        GUESS,
        "unique_members",
        change=_twice(TAGS, tags(Email="ann@example.com"), tags(Email=VICTIM)),
        goal=_as_victim,
    ),
    _attack("too_long", "ValidationError", API, "token_size", change=_claims(padding="x" * 15000)),
    # Tags
    _attack("no_tags", _DENIED, TAGGING, "trust_policy", change=_claims(**{TAGS: None})),
    _attack(
        "tags_are_a_text", _INVALID, GUESS, "tag_form", change=_tags(json.dumps(tags(Email=VICTIM))), goal=_as_victim
    ),
    _attack("tag_is_no_list", _INVALID, GUESS, "tag_form", change=_tags({"principal_tags": {"Email": VICTIM}})),
    _attack(
        "two_values",
        _INVALID,
        GUESS,
        "single_valued_tags",
        change=_tags({"principal_tags": {"Email": [VICTIM, "ann@example.com"]}}),
        goal=_as_victim,
    ),
    _attack(
        "both_forms",
        _INVALID,
        GUESS,
        "single_valued_tags",
        change=_claims(**{TAGS: tags(Email=VICTIM), f"{TAGS}/principal_tags/Email": "ann@example.com"}),
        goal=_as_victim,
    ),
    _attack("tag_too_long", _TAGS, GUESS, "tag_limits", change=_tags(tags(Email="x" * 257))),
    _attack("key_too_long", _TAGS, GUESS, "tag_limits", change=_tags(tags(Email="a@b.example", **{"k" * 129: "v"}))),
    _attack(
        "too_many_tags",
        _TAGS,
        GUESS,
        "tag_limits",
        change=_tags(tags(Email="a@b.example", **{f"k{number}": "v" for number in range(50)})),
    ),
    _attack("tag_with_quotes", _TAGS, GUESS, "tag_limits", change=_tags(tags(Email='"*"'))),
    _attack("reserved_tag", _TAGS, GUESS, "tag_limits", change=_tags(tags(Email=VICTIM, **{"aws:x": "1"}))),
    _attack("keys_differ_in_case", _TAGS, GUESS, "tag_limits", change=_tags(tags(Email=VICTIM, email="a@b.example"))),
    _attack("no_tag_session", _DENIED, TAGGING, "tag_session", account=_trusting(trust(tag_session=False))),
    _attack(
        "tags_without_email",
        _DENIED,
        TAGGING,
        "tag_session",
        account=_trusting(trust(email=False)),
        change=_tags(tags(City="Bern")),
    ),
    _attack(
        "source_identity_unasked",
        _DENIED,
        API,
        "source_identity",
        change=_claims(**{"https://aws.amazon.com/source_identity": "ann"}),
    ),
    # Which role, and what its policies say
    _attack(
        "role_of_another_provider", _DENIED, TROUBLE, "trust_policy tag_session", change=_call(role=f"{ROLE[:-3]}other")
    ),
    _attack(
        "another_subject",
        _DENIED,
        TROUBLE,
        "trust_policy",
        account=_trusting(trust({f"{NAME}:sub": "00uSomebodyElse"})),
    ),
    _attack(
        "without_second_factor",
        _DENIED,
        OIDC,
        "trust_policy",
        account=_trusting(trust({f"{NAME}:amr": "mfa"})),
    ),
    _attack(
        "name_is_not_the_users",
        _DENIED,
        API,
        "trust_policy",
        account=_trusting(trust({"sts:RoleSessionName": "${aws:RequestTag/Email}"})),
        change=_call(name="somebody-else"),
    ),
    _attack("duration_over_the_roles", "ValidationError", API, "max_session_duration", change=_call(duration=3601)),
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
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {"StringLike": {f"{NAME}:sub": "00u1ann*"}},
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
    _attack(
        "session_expired",
        "ExpiredToken",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
        "session_expiry",
        change=_call(duration=900, later=1000.0),
    ),
)


def good_sign_in(aws: Aws) -> SignIn:
    """The sign-in that succeeds."""
    return SignIn(good(aws.cloud.clock.now()))


__all__ = ["ATTACKS", "PROVIDER", "ROLE", "Attack", "SignIn", "good_sign_in", "prepare", "trust"]
