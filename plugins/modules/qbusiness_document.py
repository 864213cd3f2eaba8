#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_document
short_description: Put documents into an index of an Amazon Q Business application, and take them out
version_added: 1.0.0
description:
  - Puts documents from the task itself, from files or from objects in S3 into an index, in requests of ten, and waits
    until they are indexed. Documents are taken out by their ids.
  - With O(data_source_id) this is done in the name of a custom data source, in a sync job that is started before and
    stopped afterwards. Without it the documents stand in the index by themselves.
  - Of a document that is there the service shows to the one who manages the index its id, its status and its times
    (C(ListDocuments)). It does not show the content, the title, the attributes and who may see it. So these cannot be
    compared, and a digest in an attribute could not be read back. O(update) says when a document is put again.
  - All of the input is checked before anything is sent, sizes included (50 MB for a document); objects in S3 as far as
    the caller may see them.
  - A document that the service does not take, or cannot index, fails the task; each is named with the text of the
    service. The others are put nevertheless.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - qbusiness.federation.attributes.group_aws
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what would change, without changing it.
    support: full
  diff_mode:
    description: Answers what changed, or would change, in diff mode.
    support: partial
    details:
      - Of what was there before only the ids are known. Of what is put the diff shows title, type, and a digest of the
        content, or its place in S3.
  idempotent:
    description: Changes nothing, and says so, when everything is as wanted already.
    support: partial
    details:
      - With O(update=missing) and O(update=changed), see there.
options:
  application_id:
    description:
      - The id of the application.
    type: str
    required: true
  index_id:
    description:
      - The id of the index.
    type: str
    required: true
  data_source_id:
    description:
      - The id of a data source of type C(CUSTOM) in whose name the documents are put and taken out.
      - A sync job of it that is running already, perhaps of a run that was cut off, is gone on with and stopped, with a
        warning, even when there is no document to put. Let nothing else put documents into that data source.
    type: str
  documents:
    description:
      - The documents that have to be there. This or O(documents_absent) is required.
    type: list
    elements: dict
    suboptions:
      id:
        description:
          - The id of the document, its name for good. A document that is put under the same id replaces the one there.
        type: str
        required: true
      title:
        description:
          - The title, which answers cite. Required with O(data_source_id).
        type: str
      source_uri:
        description:
          - Where people find the document; answers lead there. The attribute C(_source_uri). Required with
            O(data_source_id).
        type: str
      content:
        description:
          - The content; exactly one of the suboptions.
        type: dict
        required: true
        suboptions:
          text:
            description:
              - The content as text.
            type: str
          base64:
            description:
              - The content in base64.
            type: str
          path:
            description:
              - A file on the host that runs the module.
            type: path
          s3:
            description:
              - An object in S3. Needs O(role_arn).
            type: dict
            suboptions:
              bucket:
                description:
                  - The name of the bucket.
                type: str
                required: true
              key:
                description:
                  - The key of the object.
                type: str
                required: true
      content_type:
        description:
          - What kind of file it is. For O(documents[].content.path) it follows from the ending of the file when it is
            not given.
        type: str
        choices: [CSV, HTML, JSON, MD, MS_EXCEL, MS_WORD, PDF, PLAIN_TEXT, PPT, RTF, XML, XSLT]
      attributes:
        description:
          - Attributes of the document.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - The name of an attribute of the index.
            type: str
            required: true
          value:
            description:
              - Its value; exactly one of the suboptions.
            type: dict
            required: true
            suboptions:
              string_value:
                description:
                  - A text.
                type: str
              string_list_value:
                description:
                  - A list of texts.
                type: list
                elements: str
              long_value:
                description:
                  - A whole number.
                type: int
              date_value:
                description:
                  - A time as ISO 8601; UTC when it has no zone.
                type: str
      access_configuration:
        description:
          - Who may see the document, in snake_case of the members of the service. Without it everybody may who uses
            the application.
        type: dict
      document_enrichment_configuration:
        description:
          - Document enrichment, in snake_case of the members of the service.
        type: dict
      media_extraction_configuration:
        description:
          - Extraction from images, audio and video, in snake_case of the members of the service.
        type: dict
  documents_absent:
    description:
      - Ids of documents that must not be there.
    type: list
    elements: str
  purge_documents:
    description:
      - Whether documents of the data source that are not in O(documents) are taken out. Needs O(data_source_id) and
        O(documents). Documents of other data sources, and those without one, stay.
    type: bool
    default: false
  role_arn:
    description:
      - The ARN of the role that may read objects in S3. Required when a document is one.
    type: str
  update:
    description:
      - V(always) puts every document in every run, which then answers that something changed.
      - V(missing) puts those that are not there. Changes of a document that is there are not seen.
      - V(changed) puts those that are not there, and those whose file or object is newer than what the index has. A
        change of title, attributes or access alone is not seen, and neither is a file that was replaced by an older
        one. Content that stands in the task has no time, so it is refused. The caller needs permission to see the
        objects (C(HeadObject)).
      - A document that could not be indexed is put again with each of them.
    type: str
    choices: [always, missing, changed]
    default: always
  wait:
    description:
      - Whether to wait until the documents are indexed, or gone, and the sync job is over.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 3600
notes:
  - With O(role_arn) the caller needs C(iam:PassRole) for that role.
seealso:
  - module: qbusiness.federation.qbusiness_datasource
  - module: qbusiness.federation.qbusiness_group
"""

EXAMPLES = r"""
- name: A page of the handbook that only some may see
  qbusiness.federation.qbusiness_document:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    documents:
      - id: handbook/leave
        title: Leave
        source_uri: https://handbook.example.com/leave
        content:
          text: There are 27 days of leave a year.
        attributes:
          - name: _category
            value:
              string_value: handbook
        access_configuration:
          access_controls:
            - principals:
                - group:
                    name: handbook-readers
                    access: ALLOW
    update: missing

- name: A custom data source that holds just these documents
  qbusiness.federation.qbusiness_document:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_id: 3b1c4d5e-2f3a-4b5c-8d9e-8f7a6b5c4d3e
    role_arn: arn:aws:iam::123456789012:role/handbook-reader
    update: changed
    purge_documents: true
    documents:
      - id: handbook/travel
        title: Travel
        source_uri: https://handbook.example.com/travel
        content:
          path: "{{ playbook_dir }}/files/travel.pdf"
      - id: handbook/security
        title: Security
        source_uri: https://handbook.example.com/security
        content:
          s3:
            bucket: acme-handbook
            key: security.pdf

- name: Take a document out
  qbusiness.federation.qbusiness_document:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    documents_absent:
      - handbook/fax
"""

RETURN = r"""
documents:
  description:
    - The documents of the task that are there, or would be; with O(purge_documents) those of the data source.
    - On a failure RV(ignore:failed_documents) names the documents that failed.
  returned: always
  type: list
  elements: dict
  contains:
    document_id:
      description: Its id.
      type: str
      returned: always
      sample: handbook/leave
    status:
      description: Its status.
      type: str
      returned: always
      sample: INDEXED
    created_at:
      description: When it was put first.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:00:00+00:00"
    updated_at:
      description: When it was put last.
      type: str
      returned: when the service says it
      sample: "2026-11-24T06:00:00+00:00"
    error:
      description: Why it could not be indexed, with C(error_code) and C(error_message).
      type: dict
      returned: when it could not be indexed
      sample: {"error_code": "InvalidRequest", "error_message": "The file is encrypted."}
    title:
      description: Its title.
      type: str
      returned: when this task put it, or would put it, and it has one
      sample: Leave
    content_type:
      description: What kind of file it is.
      type: str
      returned: when this task put it, or would put it, and the kind is known
      sample: PDF
    sha256:
      description: A digest of its content.
      type: str
      returned: when this task put it, or would put it, and it is no object in S3
      sample: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
    s3:
      description: Its bucket and key.
      type: dict
      returned: when this task put it, or would put it, and it is an object in S3
      sample: {"bucket": "acme-handbook", "key": "security.pdf"}
put:
  description: Ids of the documents that were put, or would be.
  returned: always
  type: list
  elements: str
  sample: [handbook/leave]
deleted:
  description: Ids of the documents that were taken out, or would be.
  returned: always
  type: list
  elements: str
  sample: [handbook/fax]
application_id:
  description: The id of the application.
  returned: always
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
index_id:
  description: The id of the index.
  returned: always
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
data_source_id:
  description: The id of the data source.
  returned: when it was given
  type: str
  sample: 3b1c4d5e-2f3a-4b5c-8d9e-8f7a6b5c4d3e
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [StartDataSourceSyncJob, BatchPutDocument, StopDataSourceSyncJob]
differences:
  description: The fields of an existing object that were changed, or in check mode would be changed.
  returned: always
  type: list
  elements: dict
  contains:
    field:
      description: The path of the field in the diff, with dots between its parts.
      type: str
      returned: always
      sample: description
    before:
      description: The value before.
      type: raw
      returned: always
      sample: First
    after:
      description: The value after.
      type: raw
      returned: always
      sample: Second
    added:
      description: The items that the list did not hold before.
      type: list
      elements: raw
      returned: when the values are lists
      sample: []
    removed:
      description: The items that the list does not hold any more.
      type: list
      elements: raw
      returned: when the values are lists
      sample: []
  sample: [{field: description, before: First, after: Second}]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.documents import OPTIONS, manage

ARGUMENTS = {
    "argument_spec": aws_arguments(OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return manage(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()
