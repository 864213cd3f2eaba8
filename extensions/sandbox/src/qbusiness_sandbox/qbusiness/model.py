# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service model of Q Business as botocore ships it: the source of paths, limits and shapes."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.loaders
from botocore.model import OperationModel, ServiceModel


@cache
def service() -> ServiceModel:
    """The model, loaded once in a process."""
    return ServiceModel(botocore.loaders.Loader().load_service_model("qbusiness", "service-2"), "qbusiness")


@cache
def operation(name: str) -> OperationModel:
    """One operation's model."""
    return service().operation_model(name)


@cache
def names() -> tuple[str, ...]:
    """Every operation of the service."""
    return tuple(service().operation_names)


@cache
def output_members(name: str) -> frozenset[str]:
    """The members that an operation's answer may have."""
    shape = operation(name).output_shape
    return frozenset(shape.members) if shape is not None else frozenset()


@cache
def limits(shape_name: str) -> dict[str, Any]:
    """Minimum, maximum, pattern and enum of a shape."""
    return dict(service().shape_for(shape_name).metadata)
