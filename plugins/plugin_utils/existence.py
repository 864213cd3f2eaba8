# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look for what an inventory names and does not create: buckets, groups, users, keys, secrets, roles.

What the live estate uses already exists, so it is not asked for. Where the caller may not look, nothing is said: the
task that uses the object will know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..module_utils.aws import MISSING, Aws
from ..module_utils.errors import FederationError, NotFoundError, ServiceError
from ..module_utils.federation.inventory import Inventory
from ..module_utils.federation.live import Live
from ..module_utils.okta import assignments
from ..module_utils.okta.session import OktaSession
from ..module_utils.threads import in_threads
from .hosts import APPLICATIONS, IDENTITIES
from .inventory.lookups import Lookup, lookups

THEME, BUCKET = "qbusiness_web_experience_theme", "qbusiness_web_experience_theme_bucket"
#: Codes for what does not exist, beside those of every service: HEAD has no body, so S3 answers the status.
NOT_FOUND = MISSING | {"404", "NoSuchBucket"}


@dataclass
class Existence:
    """Looks for objects, each once."""

    aws: Aws
    okta: OktaSession
    inventory: Inventory
    live: Live
    region: str

    def refuse_missing(self, hosts: Sequence[str]) -> None:
        """Refuse the hosts that name what does not exist."""
        wanted: dict[tuple[str, str, str], list[tuple[str, Lookup]]] = {}
        for name in hosts:
            for lookup in self._unknown(name):
                region = "" if lookup.kind.startswith("okta") else self.inventory.region(name)
                wanted.setdefault((lookup.kind, lookup.value, region), []).append((name, lookup))
        keys = list(wanted)
        for key, missing in zip(keys, in_threads([partial(self._is_missing, *key) for key in keys]), strict=True):
            for name, lookup in wanted[key] if missing else ():
                place = self.okta.origin if lookup.kind.startswith("okta") else key[2] or self.region
                self.live.refuse(name, lookup.missing(place))

    def refuse_missing_files(self, hosts: Sequence[str]) -> None:
        """Refuse the hosts whose themes name files that their bucket does not have."""
        work = [(name, key, file) for name in hosts for key, file in self._files(name)]
        missing = in_threads([partial(self._lacks, name, file) for name, _key, file in work])
        for (name, key, file), lacks in zip(work, missing, strict=True):
            if lacks:
                bucket = self.inventory.text(name, BUCKET)
                self.live.refuse(
                    name,
                    f'{THEME}.{key}: object "{file}" not found in bucket {bucket}. Allowed is the '
                    "key of an existing object, "
                    "such as logo.svg.",
                )

    def _files(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the files of a theme that the web experience does not use already."""
        theme, application = self.inventory.host(name).get(THEME), self.live.applications.get(name)
        experiences = application.web_experiences if application else ()
        used = {
            str(url)
            for item in experiences
            for url in (item.settings.get("customization_configuration") or {}).values()
        }
        if isinstance(theme, Mapping) and self.inventory.text(name, BUCKET):
            for key, file in theme.items():
                if file and "://" not in str(file) and not any(url.endswith(f"/{file}") for url in used):
                    yield str(key), str(file)

    def _lacks(self, name: str, file: str) -> bool:
        region = self.inventory.region(name)
        aws = self.aws.in_region(region) if region else self.aws
        try:
            aws.call("s3", "HeadObject", Bucket=self.inventory.text(name, BUCKET), Key=file)
        except ServiceError as error:
            return error.code in NOT_FOUND
        return False

    def _unknown(self, name: str) -> Iterator[Lookup]:
        """Yield what a host names and the live estate does not show to exist."""
        groups = [IDENTITIES] if name in self.inventory.identities else []
        groups += [APPLICATIONS] if name in self.inventory.applications else []
        known = set(self._known(name))
        for lookup in lookups(self.inventory.host(name), groups):
            if lookup.kind in LOOKS and lookup.value not in known:
                yield lookup

    def _known(self, name: str) -> Iterator[str]:
        app, application = self.live.apps.get(name), self.live.applications.get(name)
        if app is not None:
            yield from app.groups or ()
            yield from app.users or ()
        if application is not None:
            for source in application.data_sources:
                yield from (*source.buckets, *source.secrets, source.role_arn)
            for experience in application.web_experiences:
                yield from (*experience.theme_buckets, experience.secret_arn)
            for role in application.roles:
                yield from (role.name, role.arn)
            yield str((application.settings.get("encryption_configuration") or {}).get("kms_key_id") or "")

    def _is_missing(self, kind: str, value: str, region: str) -> bool:
        try:
            LOOKS[kind](self.aws.in_region(region) if region else self.aws, self.okta, value)
        except NotFoundError:
            return True
        except ServiceError as error:
            return error.code in NOT_FOUND
        except FederationError:
            return False
        return False


def _asks(service: str, operation: str, member: str) -> Callable[[Aws, OktaSession, str], Any]:
    def ask(aws: Aws, _okta: OktaSession, value: str) -> Any:
        return aws.call(service, operation, **{member: value})

    return ask


def _role(aws: Aws, _okta: OktaSession, value: str) -> Any:
    return aws.call("iam", "GetRole", RoleName=value.rpartition("/")[2])


def _group(_aws: Aws, okta: OktaSession, value: str) -> Any:
    return assignments.groups_named(okta, [value])


def _user(_aws: Aws, okta: OktaSession, value: str) -> Any:
    return assignments.user_difference(okta, "", [value], purge=False)


#: Kind of object → what looks for it; others are left to the tasks that use them.
LOOKS: Mapping[str, Callable[[Aws, OktaSession, str], Any]] = {
    "okta_group": _group,
    "okta_user": _user,
    "bucket": _asks("s3", "HeadBucket", "Bucket"),
    "kms_key": _asks("kms", "DescribeKey", "KeyId"),
    "secret": _asks("secretsmanager", "DescribeSecret", "SecretId"),
    "role": _role,
    "role_name": _role,
    "policy": _asks("iam", "GetPolicy", "PolicyArn"),
}
