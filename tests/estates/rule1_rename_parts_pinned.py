#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 1: index, retriever and data source are renamed where the inventory pins them by their ids."""

from __future__ import annotations

from consoles import Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
host = application_host(
    live,
    qbusiness_application_id=live.id,
    qbusiness_knowledge_index_id=live.index,
    qbusiness_knowledge_index_name="staff-index",
    qbusiness_knowledge_retriever_id=live.retriever,
    qbusiness_knowledge_retriever_name="staff-retriever",
    qbusiness_web_experience_id=live.experience,
    qbusiness_web_experience_title="Ask the staff office",
    qbusiness_knowledge_data_sources=[{"name": "handbook", "data_source_id": live.sources["staff-policies"]}],
)
publish(
    {"corp": identity_host(identity)},
    {"assistant": host},
    made=["staff-index", "staff-retriever", "handbook", "Ask the staff office"],
    removed=["assistant-documents", "assistant-finder", "staff-policies"],
)
