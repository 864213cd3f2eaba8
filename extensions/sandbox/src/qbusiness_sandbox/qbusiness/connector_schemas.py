# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the JSON schemas of connectors demand, as far as the sandbox holds documents to it.

Sources, all of the Amazon Q Business user guide: ``web-crawler-api.html``, ``confluence-cloud-api.html``,
``confluence-server-api.html``, ``sharepoint-cloud-api.html``, ``sharepoint-server-2016-api.html``, ``s3-v2-api.html``.
Unknown members pass: the schemas are open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.qbusiness.errors import invalid

#: Members of ``additionalProperties`` of every connector of the older kind, and their types.
_COMMON = {
    "maxFileSizeInMegaBytes": "text",
    "enableDeletionProtection": "switch",
    "deletionProtectionThreshold": "text",
    **dict.fromkeys(("inclusionFileTypePatterns", "exclusionFileTypePatterns"), "list"),
}
_CRAWL = ("FULL_CRAWL", "FORCED_FULL_CRAWL")
_MORE = "additionalProperties"
_ENDPOINT = "connectionConfiguration.repositoryEndpointMetadata"


@dataclass(frozen=True)
class Schema:
    """``required``: paths that have to be there. ``types``: path → ``text``, ``switch`` (a boolean, or its name),
    ``boolean``, ``number``, ``list``, ``address`` (of https), ``addresses``. ``choices``: path → allowed values.
    ``parts``: the members of ``repositoryConfigurations`` that may be, each with its ``fieldMappings``."""

    required: tuple[str, ...]
    types: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


def _more(types: Mapping[str, str]) -> dict[str, str]:
    return {f"{_MORE}.{name}": kind for name, kind in {**_COMMON, **types}.items()}


WEB_CRAWLER = Schema(
    required=(
        "syncMode",
        _ENDPOINT,
        "repositoryConfigurations",
        *(
            f"{_MORE}.{name}"
            for name in (
                "rateLimit",
                "maxFileSize",
                "crawlDepth",
                "crawlSubDomain",
                "crawlAllDomain",
                "maxLinksPerUrl",
                "honorRobots",
            )
        ),
    ),
    types=_more(
        {
            **dict.fromkeys(("rateLimit", "maxFileSize", "crawlDepth", "maxLinksPerUrl"), "text"),
            **dict.fromkeys(("crawlSubDomain", "crawlAllDomain", "honorRobots", "crawlAttachments"), "switch"),
            **{
                f"{way}{what}Patterns": "list"
                for way in ("inclusion", "exclusion")
                for what in ("URLCrawl", "URLIndex", "FileIndex")
            },
        }
    )
    | {"secretArn": "text", f"{_ENDPOINT}.siteMapUrls": "addresses"},
    choices={
        "syncMode": _CRAWL,
        f"{_ENDPOINT}.authentication": ("NoAuthentication", "BasicAuth", "NTLM_Kerberos", "Form", "SAML"),
    },
    parts=("webPage", "attachment"),
)
CONFLUENCE = Schema(
    required=(
        "syncMode",
        "secretArn",
        f"{_ENDPOINT}.hostUrl",
        f"{_ENDPOINT}.type",
        f"{_ENDPOINT}.authType",
        "repositoryConfigurations",
        _MORE,
    ),
    types=_more(
        {
            **{
                f"isCrawl{what}": "switch"
                for what in (
                    "Acl",
                    "PersonalSpace",
                    "ArchivedSpace",
                    "ArchivedPage",
                    "Page",
                    "Blog",
                    "PageComment",
                    "PageAttachment",
                    "BlogComment",
                    "BlogAttachment",
                )
            },
            **{
                f"{way}{what}": "list"
                for way in ("inclusion", "exclusion")
                for what in ("SpaceKeyFilter", "UrlPatterns")
            },
            **{f"{what}TitleRegEX": "list" for what in ("page", "blog", "comment", "attachment")},
            "fieldForUserId": "text",
        }
    )
    | {"secretArn": "text", "enableIdentityCrawler": "switch", f"{_ENDPOINT}.hostUrl": "address"},
    choices={
        "syncMode": _CRAWL,
        f"{_ENDPOINT}.type": ("SAAS", "ON_PREM"),
        f"{_ENDPOINT}.authType": ("Basic", "OAuth2", "Personal-token"),
    },
    parts=("space", "page", "blog", "comment", "attachment"),
)
SHAREPOINT = Schema(
    required=(
        "syncMode",
        "secretArn",
        "enableIdentityCrawler",
        f"{_ENDPOINT}.siteUrls",
        f"{_ENDPOINT}.domain",
        f"{_ENDPOINT}.repositoryAdditionalProperties.authType",
        f"{_ENDPOINT}.repositoryAdditionalProperties.version",
        "repositoryConfigurations",
        _MORE,
    ),
    types=_more(
        {
            **{
                f"crawl{what}": "switch"
                for what in ("Acl", "Files", "Pages", "Events", "Comments", "Links", "Attachments", "ListData")
            },
            **dict.fromkeys(("isCrawlLocalGroupMapping", "isCrawlAdGroupMapping"), "switch"),
            **{f"{what}TitleFilterRegEx": "list" for what in ("event", "page", "link")},
            **{
                f"{way}{what}": "list"
                for way in ("inclusion", "exclusion")
                for what in ("FilePath", "FileNamePatterns", "OneNoteSectionNamePatterns", "OneNotePageNamePatterns")
            },
            **dict.fromkeys(("proxyHost", "proxyPort", "emailDomain"), "text"),
        }
    )
    | {"secretArn": "text", "enableIdentityCrawler": "switch", f"{_ENDPOINT}.siteUrls": "addresses"},
    choices={
        "syncMode": (*_CRAWL, "CHANGE_LOG"),
        f"{_ENDPOINT}.repositoryAdditionalProperties.version": ("Online", "Server"),
        f"{_ENDPOINT}.repositoryAdditionalProperties.authType": (
            "OAuth2",
            "OAuth2Certificate",
            "OAuth2App",
            "OAuth2_RefreshToken",
            "Basic",
            "NTLM",
            "Kerberos",
        ),
        f"{_MORE}.aclConfiguration": ("ACLWithLDAPEmailFmt", "ACLWithManualEmailFmt", "ACLWithUsernameFmt"),
    },
    parts=("event", "page", "file", "link", "attachment", "comment"),
)
S3_V2 = Schema(
    required=("connectionConfiguration.bucketName", "connectionConfiguration.bucketOwnerAccountId"),
    types={
        "filterConfiguration.maxFileSizeInMegaBytes": "number",
        "deletionProtectionConfiguration.enableDeletionProtection": "boolean",
        "deletionProtectionConfiguration.deletionProtectionThreshold": "number",
    },
)
SCHEMAS: Mapping[str, Schema] = {
    "WEBCRAWLERV2": WEB_CRAWLER,
    "CONFLUENCEV2": CONFLUENCE,
    "SHAREPOINTV2": SHAREPOINT,
    "S3V2": S3_V2,
}


def _address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("https:")


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "switch": lambda value: isinstance(value, bool) or value in ("true", "false"),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "list": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    "address": _address,
    "addresses": lambda value: isinstance(value, list) and all(map(_address, value)),
}
_ABSENT = object()


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        if not isinstance(document, dict) or name not in document:
            return _ABSENT
        document = document[name]
    return document


def _faults(schema: Schema, document: dict[str, Any], lenient: bool) -> Iterator[tuple[str, str]]:
    for path in schema.required:
        if _at(document, path) is _ABSENT:
            yield path, "is required"
    for path, kind in schema.types.items():
        value = _at(document, path)
        if value is _ABSENT or _TYPES[kind](value):
            continue
        if not (lenient and kind in ("boolean", "number") and isinstance(value, str)):
            yield path, f"is no {kind}"
    for path, allowed in schema.choices.items():
        if _at(document, path) is not _ABSENT and _at(document, path) not in allowed:
            yield path, f"is none of {', '.join(allowed)}"
    configurations = document.get("repositoryConfigurations") or {}
    for part in schema.parts:
        mappings = _at(configurations, f"{part}.fieldMappings")
        if part in configurations and not isinstance(mappings, list):
            yield f"repositoryConfigurations.{part}.fieldMappings", "is required"
        for mapping in mappings if isinstance(mappings, list) else ():
            for name in ("indexFieldName", "indexFieldType", "dataSourceFieldName"):
                if not isinstance(_at(mapping, name), str):
                    yield f"repositoryConfigurations.{part}.fieldMappings.{name}", "is required"


def check(kind: str, document: dict[str, Any], *, lenient: bool) -> None:
    """Hold a document to its connector's schema. Raises ValidationException for the first fault.

    :param lenient: numbers and booleans may be texts, as the service itself spells them (see ``normalising``)
    """
    schema = SCHEMAS.get(kind)
    if schema is not None:
        for path, fault in _faults(schema, document, lenient):
            raise invalid(f"The configuration's {path} {fault}", f"configuration.{path}")
