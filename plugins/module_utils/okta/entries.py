# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of addresses that several applications share in one Okta app: the whole list, or only our own entries of it.

Pure functions. ``named`` is what is to be there, ``absent`` what is not, ``purge`` whether ``named`` is the whole list;
without ``purge`` the entries of others keep their places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Endpoint = dict[str, Any]


def addresses(
    named: Sequence[str] | None,
    absent: Sequence[str] | None,
    current: Sequence[str],
    purge: bool,
    placeholder: str = "",
) -> list[str] | None:
    """The whole list of addresses as it is to be, each once; ``None``: it is not managed.

    :param placeholder: what stands there while nothing else does; it goes when an address is named
    """
    if named is None and not absent and not placeholder:
        return None
    gone = {*(absent or ()), *([placeholder] if named else ())}
    kept = [] if purge and named is not None else [address for address in current if address not in gone]
    return list(dict.fromkeys([*kept, *(named or ())])) or ([placeholder] if placeholder else [])


def endpoints(
    named: Sequence[Mapping[str, Any]] | None,
    absent: Sequence[str] | None,
    current: Sequence[Mapping[str, Any]],
    purge: bool,
) -> list[Endpoint] | None:
    """The whole list of endpoints with numbers, as it is to be; ``None``: it is not managed.

    A number is what a service provider asks by, so it is stable: an address that is there keeps its own, unless another
    is named; a new one takes the lowest that is free.
    """
    if named is None and not absent:
        return None
    gone = set(absent or ())
    kept = [{"url": item.get("url"), "index": item.get("index")} for item in current if item.get("url") not in gone]
    if named is None:
        return kept
    numbers = {item["url"]: item["index"] for item in reversed(kept)}
    wanted = {item["url"]: _given(item, numbers) for item in named}
    others = [] if purge else [item for item in kept if item["url"] not in wanted]
    taken = {item["index"] for item in others} | {index for index in wanted.values() if index is not None}
    for url, index in wanted.items():
        if index is None:
            wanted[url] = next(number for number in range(len(taken) + 1) if number not in taken)
            taken.add(wanted[url])
    ours = {url: {"url": url, "index": index} for url, index in wanted.items()}
    if purge:
        return list(ours.values())
    placed = [item if item in others else ours.pop(item["url"], None) for item in kept]
    return [item for item in placed if item is not None] + list(ours.values())


def _given(item: Mapping[str, Any], numbers: Mapping[Any, Any]) -> Any:
    """The number of a named endpoint: the named one, or the one it has; ``None``: it has none yet."""
    return numbers.get(item["url"]) if item.get("index") is None else item["index"]


def clashes(option: str, named: Sequence[str] | None, absent: Sequence[str] | None) -> Iterator[str]:
    """Addresses that are named and named absent."""
    for number, address in enumerate(absent or ()):
        if address in (named or ()):
            yield f"{option}_absent[{number}]: {address!r} stands in {option} too"


def number_faults(
    option: str,
    named: Sequence[Mapping[str, Any]],
    absent: Sequence[str] | None,
    current: Sequence[Mapping[str, Any]],
    purge: bool,
) -> Iterator[str]:
    """Numbers of endpoints that are below 0 or would stand there twice, and addresses that do."""
    gone = set(absent or ())
    kept = [item for item in current if item.get("url") not in gone]
    numbers = {item.get("url"): item.get("index") for item in reversed(kept)}
    urls = {item["url"] for item in named}
    owners = {} if purge else {item.get("index"): item.get("url") for item in kept if item.get("url") not in urls}
    # Those that keep a number come first: it is the one that names it anew that is at fault.
    owners |= {
        numbers[item["url"]]: item["url"] for item in named if item.get("index") is None and item["url"] in numbers
    }
    seen: set[str] = set()
    for place, item in enumerate(named):
        url, index = item["url"], item.get("index")
        if url in seen:
            yield f"{option}[{place}].url: {url!r} stands there twice"
        seen.add(url)
        if index is None:
            continue
        if index < 0:
            yield f"{option}[{place}].index: {index} … should be a number from 0"
        elif owners.setdefault(index, url) != url:
            yield f"{option}[{place}].index: {index} is that of {owners[index]}; each number stands there once"
