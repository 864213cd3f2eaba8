#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 3: `bucket:` of a live data source resets no prefixes, mappings, mode or access list; drafts stay out."""

from __future__ import annotations

import json
import os

from aws_console import s3_source
from consoles import FILES, Consoles, application_host, identity_host, publish

consoles = Consoles()
identity = consoles.saml()
everyone = [{"name": os.environ["OKTA_TEST_USERNAME"], "type": "USER", "access": "ALLOW"}]
access = [{"keyPrefix": "s3://corp-policies/policies/", "aclEntries": everyone}]
bucket = consoles.aws.bucket("corp-policies", {**FILES, "access.json": json.dumps(access)})
source = s3_source(bucket, "policies/", mode="FORCED_FULL_CRAWL", mapped=True, acl="access.json")
live = consoles.application(identity, sources={"staff-policies": source})
host = application_host(
    live,
    qbusiness_knowledge_index_name="assistant-documents",
    qbusiness_knowledge_retriever_name="assistant-finder",
    qbusiness_knowledge_data_sources=[{"name": "staff-policies", "bucket": bucket}],
)
publish({"corp": identity_host(identity)}, {"assistant": host}, untouched=[live.sources["staff-policies"]])
