# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""boto3 clients from the connection options of ``amazon.aws``: one session for all services of a connection.

The service models are read through one loader for the whole process: a controller reads them once, and its forks
inherit them. What reads an environment or a file of credentials is a session, and every connection has its own.
"""

from __future__ import annotations

import os
import typing as t
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

from . import credential_form
from .errors import DependencyError, InputError, ServiceError

try:
    import boto3
    import botocore.session
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.credentials import Credentials, RefreshableCredentials
    from botocore.exceptions import BotoCoreError
    from botocore.loaders import create_loader
    from botocore.model import ServiceModel

    HAS_BOTO3 = True
except ImportError:  # reported by Aws.client, in one sentence
    HAS_BOTO3 = False

USER_AGENT = "ansible-collection-qbusiness.federation"
#: Connections that a client keeps: as many as ``federation_info`` may have requests under way.
CONNECTIONS = 32
_loaders: dict[str, Any] = {}
#: A session that nothing was asked of yet, and the process that made it. To make one costs as much as a call.
_spare: list[tuple[int, Any]] = []


def _core() -> Any:
    """A botocore session. In a fork, the first is the one that :func:`warm` left: it has read no configuration and no
    environment, so it is as good as a new one, and every fork has its own copy."""
    if _spare and _spare[0][0] != os.getpid():
        return _spare.pop()[1]
    return botocore.session.get_session()


def _session(profile: str | None) -> Any:
    """A boto3 session that reads models through the process's loader."""
    core = _core()
    data_path = str(core.get_config_variable("data_path") or "")
    if data_path not in _loaders:
        _loaders[data_path] = create_loader(data_path or None)
    core.register_component("data_loader", _loaders[data_path])
    return boto3.session.Session(profile_name=profile, botocore_session=core)


def service_model(service: str) -> ServiceModel:
    """Return the model of a service as botocore ships it, read once for the process; it needs no client."""
    loader = _loaders.setdefault("", create_loader(None))
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


class Connection:
    """One way to reach AWS."""

    def __init__(self, parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
        """:param parameters: the connection options of ``amazon.aws``
        :param arguments: arguments of boto3's ``client`` that go before what the options say
        """
        self._parameters = dict(parameters)
        self._arguments = dict(arguments)
        self._session: Any = None
        #: What no text may hold, as far as it is known by now.
        self.secrets: set[str] = set()

    def client(self, service: str) -> Any:
        """A new client.

        :raises DependencyError: options that do not go together
        :raises InputError: credentials that no request can carry
        :raises ServiceError: no client can be made (no such profile, no region)
        """
        # Imported here: amazon.aws is not needed where clients are handed in.
        from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info

        def refuse(msg: str, **_kwargs: Any) -> t.NoReturn:
            raise DependencyError(str(msg))

        module = SimpleNamespace(params=self._parameters, fail_json=refuse, fail_json_aws=refuse)
        try:
            region, endpoint, options = get_aws_connection_info(module)
            profile = options.pop("profile_name", None)
            config = Config(user_agent_extra=USER_AGENT, max_pool_connections=CONNECTIONS)
            for more in (options.pop("aws_config", None), self._arguments.get("config")):
                config = config.merge(more) if more else config
            options.update(self._arguments, config=config)
            if self._session is None:
                self._session = _session(profile)
            self._check(options)
            client = self._session.client(service, region_name=region, endpoint_url=endpoint, **options)
        except (BotoCoreError, ValueError) as error:
            raise ServiceError(f"No client for {service}: {told(error)}") from error
        # Credentials that are taken from a service or a program when they are needed are looked at then.
        client.meta.events.register("before-sign", self._look, unique_id="qbusiness-federation-credentials")
        return client

    def _check(self, options: Mapping[str, Any]) -> None:
        """:raises InputError: credentials of options, environment or files that no request can carry"""
        given = {name: str(options[key]) for name, key in _ARGUMENTS.items() if options.get(key)}
        if given:
            self._refuse(given, {name: name for name in _ARGUMENTS}, _VARIABLES)
        elif options["config"].signature_version is not UNSIGNED:
            found = self._session.get_credentials()
            if isinstance(found, Credentials) and not isinstance(found, RefreshableCredentials):
                self._refuse(_parts(found), _called(found.method))

    def _look(self, **_more: Any) -> None:
        """Handle ``before-sign``.

        :raises InputError: as :meth:`_check`
        """
        found = self._session.get_credentials()
        if isinstance(found, RefreshableCredentials):
            self._refuse(_parts(found.get_frozen_credentials()), _called(found.method))

    def _refuse(
        self, values: Mapping[str, str], names: Mapping[str, str], variables: Mapping[str, str] | None = None
    ) -> None:
        self.secrets |= {
            values[name]
            for name in ("secret_key", "session_token")
            if len(values.get(name, "")) >= credential_form.LEAST
        }
        faults = credential_form.aws_faults(values, names, variables)
        if faults:
            # A key in the place of another is one too.
            self.secrets |= {value for value in values.values() if len(value) >= credential_form.LEAST}
            raise InputError(faults)


#: The options of a connection, and what boto3 calls them.
_ARGUMENTS = {
    "access_key": "aws_access_key_id",
    "secret_key": "aws_secret_access_key",
    "session_token": "aws_session_token",
}
_VARIABLES = {name: f"{argument.upper()} in the environment" for name, argument in _ARGUMENTS.items()}
#: How people call the places where botocore finds credentials, by its own names for them.
_PLACES = {
    "env": "of the environment",
    "shared-credentials-file": "of the profile in AWS's shared credentials file",
    "config-file": "of the profile in AWS's configuration file",
    "custom-process": "of the profile's credential_process",
}


def _called(method: str) -> dict[str, str]:
    """How to call credentials that botocore found."""
    place = _PLACES.get(str(method), f"of the connection ({method})")
    return {
        name: f"{argument.upper() if method == 'env' else argument} {place}" for name, argument in _ARGUMENTS.items()
    }


def _parts(found: Any) -> dict[str, str]:
    values = {"access_key": found.access_key, "secret_key": found.secret_key, "session_token": found.token}
    return {name: str(value) for name, value in values.items() if value}


#: What to do, by the name of botocore's exception.
ADVICE = {
    "NoRegionError": "Give the option region, or set AWS_REGION in the environment.",
    "NoCredentialsError": (
        "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the environment, or give the options."
    ),
}


def told(error: Exception) -> str:
    """An exception of botocore in words, with what to do about it where that is known."""
    advice = ADVICE.get(type(error).__name__)
    return f"{str(error).rstrip('.')}. {advice}" if advice else str(error)


class _NotSentError(Exception):
    pass


def _do_not_send(**_kwargs: Any) -> t.NoReturn:
    raise _NotSentError


#: A read of each service that is warmed, and what botocore wants of its input.
_READS: dict[str, tuple[str, dict[str, str]]] = {
    "iam": ("list_roles", {}),
    "qbusiness": ("list_applications", {}),
    "s3": ("get_bucket_policy", {"Bucket": "none"}),
    "secretsmanager": ("describe_secret", {"SecretId": "none"}),
    "sts": ("get_caller_identity", {}),
}
#: What most tasks use.
COMMON = ("qbusiness", "iam")
_warm: set[str] = set()


def warm(services: Iterable[str] = COMMON) -> None:
    """Load the models, and go through one request of each service until just before it would be sent; once each.

    For a controller before it forks: no connection is opened, no thread started, no credential looked up.

    :param services: names of clients, each one of ``_READS``
    """
    cold = [service for service in services if service not in _warm]
    if not HAS_BOTO3 or not cold:
        return
    session = _session(None)
    for service in cold:
        operation, parameters = _READS[service]
        client = session.client(
            service, region_name="us-east-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
        client.meta.events.register("before-send", _do_not_send)
        try:
            getattr(client, operation)(**parameters)
        except _NotSentError:
            _warm.add(service)
    if not _spare:
        _spare.append((os.getpid(), botocore.session.get_session()))
