# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No perpetual difference: apps as they were answered, against the requests that made them.

They are apps of our own, which the embedded org made (``own_apps.py``), and where recordings are provided those of real
orgs besides. Each is put into the embedded org as its own org answered it. ``okta_app`` with the settings of the
request then finds nothing to do, and with one of them changed changes that one and nothing else. The witness
is plain HTTP.
"""

from __future__ import annotations

import base64
import copy
import datetime as dt
from collections import Counter
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ImmutableError, InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.oidc_settings import LOSSES
from ansible_collections.qbusiness.federation.plugins.modules.okta_app import function
from conftest import Call, OktaHttp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from okta_world import APPS, ONE, writes
from own_apps import OWN, Own
from qbusiness_sandbox.cloud import Cloud
from recorded_apps import Recorded, differing, goes_not_alone, options_of, recorded, settings_of, with_changed

RECORDED = recorded()
BOTH: list[Own | Recorded] = [*OWN, *RECORDED]
#: Members that a later release might bring, where the app's JSON can have them.
LATER = ("laterSwitch", "settings.laterSwitch", "settings.{place}.laterSwitch", "credentials.laterSwitch")
#: A sign-in policy that is not the one that new apps get.
POLICY = "Password only"
#: What moves by itself, or is told by the host that was asked.
MOVING = ("created", "lastUpdated", "orn", "_links")


def certificate() -> str:
    """Another certificate of a service provider, as base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sp")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=9))
    return base64.b64encode(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)).decode()


CERTIFICATE = certificate()


def later(app: Recorded) -> list[str]:
    place = "signOn" if app.mode == "SAML_2_0" else "oauthClient"
    return [path.format(place=place) for path in LATER]


def seeded(cloud: Cloud, http: OktaHttp, app: Recorded) -> None:
    """Put the app there as its org answered it, with members that nobody here knows, a sign-in policy of its own, and
    an empty log."""
    options = cloud.settings.options
    options["okta_pipeline"], options["okta_features"] = app.pipeline, app.features
    options["okta_more_members"] = later(app)
    answer = copy.deepcopy(app.answer)
    for path in later(app):
        *parents, name = path.split(".")
        place = answer
        for parent in parents:
            place = place[parent]
        place[name] = {"mode": path, "list": [1, None]}
    if app.pipeline == "idx":
        policies = http.get("/api/v1/policies", params={"type": "ACCESS_POLICY"}).json()
        policy = next(item["id"] for item in policies if item["name"] == POLICY)
        answer["_links"]["accessPolicy"]["href"] = f"/api/v1/policies/{policy}"
    cloud.seed({"okta": {"inline_hooks": app.hooks, "apps": [answer]}})
    cloud.log.clear()


def document(http: OktaHttp, app: Recorded) -> dict[str, Any]:
    """The whole app by a plain GET, without what moves; its sign-in policy by its id."""
    found: dict[str, Any] = http.get(f"{APPS}/{app.app_id}").json()
    policy = found["_links"].get("accessPolicy", {}).get("href", "").rpartition("/")[2]
    assert bool(policy) == (app.pipeline == "idx")
    return {**{key: value for key, value in found.items() if key not in MOVING}, "access_policy_id": policy}


@pytest.fixture
def app(request: pytest.FixtureRequest, cloud: Cloud, okta_http: OktaHttp) -> Recorded:
    """The app with its request; one of our own is made first."""
    known: Own | Recorded = request.param
    return known if isinstance(known, Recorded) else known.made(cloud, okta_http)


def test_the_apps_name_most_settings(cloud: Cloud, okta_http: OktaHttp) -> None:
    own = [known.made(cloud, okta_http) for known in OWN]
    settings = Counter(name for app in own for name in settings_of(options_of(app)))
    print(f"own apps {len(own)}, settings named {settings.total()}, different ones {len(settings)}")
    assert Counter(app.mode for app in own) == {"SAML_2_0": 9, "OPENID_CONNECT": 9}
    assert settings.total() > 300 and len(settings) > 45
    recorded_ones = {name for app in RECORDED for name in settings_of(options_of(app))}
    print(f"recorded apps {len(RECORDED)}, settings that only they name {sorted(recorded_ones - set(settings))}")


@pytest.mark.parametrize("app", BOTH, indirect=True, ids=lambda app: app.name)
def test_the_request_changes_nothing(app: Recorded, call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    seeded(cloud, okta_http, app)
    before = document(okta_http, app)
    answered = {key: value for key, value in app.answer.items() if key not in MOVING}
    answered.get("credentials", {}).get("oauthClient", {}).pop("client_secret", None)
    assert {path for path in differing(answered, before) if "later" not in path} <= {"access_policy_id", "inline_hooks"}
    for check_mode in (True, False):
        answer = call(function, check_mode, **options_of(app))
        assert (answer["changed"], answer["operations"]) == (False, []), differing(
            answer["diff"]["before"], answer["diff"]["after"]
        )
        assert answer["diff"]["before"] == answer["diff"]["after"]
        assert answer["app_id"] == app.app_id
    assert writes(cloud) == [] and document(okta_http, app) == before


@pytest.mark.parametrize("app", BOTH, indirect=True, ids=lambda app: app.name)
def test_one_changed_setting_is_the_only_one(app: Recorded, call: Call, cloud: Cloud, okta_http: OktaHttp) -> None:
    options = options_of(app)
    counts: Counter[str] = Counter()
    for setting in settings_of(options):
        seeded(cloud, okta_http, app)
        before = document(okta_http, app)
        changed = {**with_changed(options, setting, CERTIFICATE), "app_id": app.app_id}
        if setting in LOSSES or goes_not_alone(options, setting):
            with pytest.raises((ImmutableError, InputError)) as caught:
                call(function, **changed)
            assert isinstance(caught.value, ImmutableError) == (setting in LOSSES)
            assert writes(cloud) == [] and document(okta_http, app) == before
            counts["refused"] += 1
            continue
        planned = call(function, True, **changed)
        assert writes(cloud) == []
        answer = call(function, **changed)
        assert answer["operations"] == planned["operations"] == ["replaceApplication"], setting
        assert writes(cloud) == [f"PUT {ONE}"], setting
        for run in (planned, answer):
            assert differing(run["diff"]["before"], run["diff"]["after"]) == {setting}
        # the whole of it, members that nobody here knows included
        assert differing(before, document(okta_http, app)) == {setting}
        counts["changed"] += 1
        assert call(function, **changed)["changed"] is False, setting
    print(f"{app.name}: settings changed one by one {counts['changed']}, refused {counts['refused']}")
    assert counts["changed"] > 0
    assert counts.total() == len(list(settings_of(options)))
