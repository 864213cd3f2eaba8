#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: qbusiness_datasource
short_description: Manage a data source of an Amazon Q Business index
version_added: 1.0.0
description:
  - Makes, adopts, changes and removes a data source of any connector.
  - It is found by O(data_source_id), or by exactly its O(display_name) in the index. With O(data_source_id) another
    O(display_name) renames it, and without O(display_name) its name stays.
  - What is not set stays as it is in an existing data source, also the members of its document.
  - It takes a list of them as well, with O(data_sources). That is much faster than a loop, in which each item costs a
    pass through Ansible - names are looked up by one listing, up to eight are read at a time, and all are waited for
    together.
  - The connector's document is compared as a tolerant subset; what the service added to it is no difference,
    nor are C(true) and C("true").
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - qbusiness.federation.lifecycle
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_aws
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
  data_source_id: &data_source_id
    description:
      - The id of an existing data source. Without it the data source is found by O(display_name).
    type: str
  display_name: &display_name
    description:
      - The name, letters, digits, hyphens and underscores.
    type: str
  description: &description
    description:
      - A description. An empty text clears it.
    type: str
  configuration: &configuration
    description:
      - The connector's own document, in its own spelling; complete for a new data source. C(docs/connectors.md) of the
        collection shows those of six connectors.
      - Only the keys that are set are compared, C("true") like C(true) and C("10") like C(10). When one differs, the
        current document is sent with the set members laid over it. Maps are merged and lists are replaced, so an empty
        list removes a filter.
      - Its C(type) names the connector, its C(version) the connector's generation; both are fixed at creation. An
        existing data source needs neither.
      - Where the connector crawls access control lists, that cannot be switched off again.
      - An application with an Amazon Kendra retriever takes no data source.
    type: dict
  configuration_exact: &configuration_exact
    description:
      - Whether O(configuration) is the whole document. Members that it does not have are removed from the current
        document, also those that the service added; an empty member is no difference.
    type: bool
    default: false
    version_added: 2.0.0
  bucket: &bucket
    description:
      - The S3 bucket that holds the documents, in place of O(configuration). The bucket is in the index's Region.
      - A new data source gets the connector C(S3), with C(FULL_CRAWL) and no field mappings. Of an existing one, of the
        connector C(S3) or C(S3V2), only the members that these options set are compared and changed.
      - Another bucket of an existing data source removes the documents of the former one from the index at the next
        sync; the module warns of it.
    type: str
    version_added: 2.0.0
  inclusion_prefixes: &inclusion_prefixes
    description:
      - Prefixes of the keys that are read. An empty list removes the filter. Needs O(bucket) for a new data source.
    type: list
    elements: str
    version_added: 2.0.0
  exclusion_prefixes: &exclusion_prefixes
    description:
      - Prefixes of the keys that are not read, as O(inclusion_prefixes).
    type: list
    elements: str
    version_added: 2.0.0
  inclusion_patterns: &inclusion_patterns
    description:
      - Patterns of the keys that are read, as O(inclusion_prefixes).
    type: list
    elements: str
    version_added: 2.0.0
  exclusion_patterns: &exclusion_patterns
    description:
      - Patterns of the keys that are not read, as O(inclusion_prefixes).
    type: list
    elements: str
    version_added: 2.0.0
  metadata_files_prefix: &metadata_files_prefix
    description:
      - The prefix of the metadata files in the bucket.
    type: str
    version_added: 2.0.0
  acl_configuration_file_path: &acl_configuration_file_path
    description:
      - The key of the file in the bucket that says who may read which documents.
    type: str
    version_added: 2.0.0
  create: &create
    description:
      - Whether a data source is created although a data source of another name reads the same bucket. Without it the
        module stops and names both, since a changed O(display_name) usually means a rename, which O(data_source_id)
        does.
      - Data sources that other items of O(data_sources) name are no reason to stop.
    type: bool
    default: false
    version_added: 2.0.0
  role_arn: &role_arn
    description:
      - The ARN of the role that reads the documents. Required for every connector but C(CUSTOM).
    type: str
  sync_schedule: &sync_schedule
    description:
      - A schedule like C(cron(0 12 * * ? *\)), in UTC. An empty text means on demand. A schedule does not start the
        first sync. Not for the connector C(CUSTOM).
    type: str
  vpc_configuration: &vpc_configuration
    description:
      - The network from which the documents are read.
    type: dict
    suboptions:
      subnet_ids:
        description:
          - Ids of subnets.
        type: list
        elements: str
        required: true
      security_group_ids:
        description:
          - Ids of security groups.
        type: list
        elements: str
        required: true
  document_enrichment_configuration: &document_enrichment_configuration
    description:
      - What is changed in documents while they are taken in. An empty dictionary clears it.
    type: dict
    suboptions:
      inline_configurations:
        description:
          - Changes of attributes and contents, in order.
        type: list
        elements: dict
        suboptions:
          condition:
            description:
              - For which documents it is; for all without it.
            type: dict
            suboptions:
              key:
                description:
                  - The name of a document attribute.
                type: str
                required: true
              operator:
                description:
                  - How the attribute is compared.
                type: str
                required: true
                choices:
                  - GREATER_THAN
                  - GREATER_THAN_OR_EQUALS
                  - LESS_THAN
                  - LESS_THAN_OR_EQUALS
                  - EQUALS
                  - NOT_EQUALS
                  - CONTAINS
                  - NOT_CONTAINS
                  - EXISTS
                  - NOT_EXISTS
                  - BEGINS_WITH
              value:
                description:
                  - What it is compared with. Exactly one of the suboptions.
                type: dict
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
                      - A number.
                    type: int
                  date_value:
                    description:
                      - A time as ISO 8601, in UTC where no zone is said.
                    type: str
          target:
            description:
              - The attribute that is set or deleted.
            type: dict
            suboptions:
              key:
                description:
                  - The name of the document attribute.
                type: str
                required: true
              value:
                description:
                  - What it becomes. Exactly one of the suboptions.
                type: dict
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
                      - A number.
                    type: int
                  date_value:
                    description:
                      - A time as ISO 8601, in UTC where no zone is said.
                    type: str
              attribute_value_operator:
                description:
                  - Deletes the attribute.
                type: str
                choices: [DELETE]
          document_content_operator:
            description:
              - Deletes the document's content.
            type: str
            choices: [DELETE]
      pre_extraction_hook_configuration:
        description:
          - A function in AWS Lambda that changes documents before their text is extracted.
        type: dict
        suboptions:
          invocation_condition:
            description:
              - For which documents it is called; for all without it.
            type: dict
            suboptions:
              key:
                description:
                  - The name of a document attribute.
                type: str
                required: true
              operator:
                description:
                  - How the attribute is compared.
                type: str
                required: true
                choices:
                  - GREATER_THAN
                  - GREATER_THAN_OR_EQUALS
                  - LESS_THAN
                  - LESS_THAN_OR_EQUALS
                  - EQUALS
                  - NOT_EQUALS
                  - CONTAINS
                  - NOT_CONTAINS
                  - EXISTS
                  - NOT_EXISTS
                  - BEGINS_WITH
              value:
                description:
                  - What it is compared with. Exactly one of the suboptions.
                type: dict
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
                      - A number.
                    type: int
                  date_value:
                    description:
                      - A time as ISO 8601, in UTC where no zone is said.
                    type: str
          lambda_arn:
            description:
              - The ARN of the function.
            type: str
          s3_bucket_name:
            description:
              - The bucket that holds the documents meanwhile.
            type: str
          role_arn:
            description:
              - The ARN of the role that calls the function and uses the bucket.
            type: str
      post_extraction_hook_configuration:
        description:
          - A function in AWS Lambda that changes documents after their text was extracted.
        type: dict
        suboptions:
          invocation_condition:
            description:
              - For which documents it is called; for all without it.
            type: dict
            suboptions:
              key:
                description:
                  - The name of a document attribute.
                type: str
                required: true
              operator:
                description:
                  - How the attribute is compared.
                type: str
                required: true
                choices:
                  - GREATER_THAN
                  - GREATER_THAN_OR_EQUALS
                  - LESS_THAN
                  - LESS_THAN_OR_EQUALS
                  - EQUALS
                  - NOT_EQUALS
                  - CONTAINS
                  - NOT_CONTAINS
                  - EXISTS
                  - NOT_EXISTS
                  - BEGINS_WITH
              value:
                description:
                  - What it is compared with. Exactly one of the suboptions.
                type: dict
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
                      - A number.
                    type: int
                  date_value:
                    description:
                      - A time as ISO 8601, in UTC where no zone is said.
                    type: str
          lambda_arn:
            description:
              - The ARN of the function.
            type: str
          s3_bucket_name:
            description:
              - The bucket that holds the documents meanwhile.
            type: str
          role_arn:
            description:
              - The ARN of the role that calls the function and uses the bucket.
            type: str
  media_extraction_configuration: &media_extraction_configuration
    description:
      - What is taken from media in the documents. An empty dictionary clears it.
    type: dict
    suboptions:
      image_extraction_configuration:
        description:
          - From images.
        type: dict
        suboptions:
          image_extraction_status:
            description:
              - The switch.
            type: str
            choices: [ENABLED, DISABLED]
            required: true
      audio_extraction_configuration:
        description:
          - From sound.
        type: dict
        suboptions:
          audio_extraction_status:
            description:
              - The switch.
            type: str
            choices: [ENABLED, DISABLED]
            required: true
      video_extraction_configuration:
        description:
          - From films.
        type: dict
        suboptions:
          video_extraction_status:
            description:
              - The switch.
            type: str
            choices: [ENABLED, DISABLED]
            required: true
  data_sources:
    description:
      - Several data sources of the index. What an item does not say is taken from the task's option of the same name.
      - All faults of all items are named before anything is written. Those to be removed go first, the others
        follow in the order of the list.
      - A data source that the list does not name stays; RV(unlisted) names it. To remove one, keep its item and set
        C(state=absent). The documents that it synced are deleted from the index.
      - When an item fails, the others are done nevertheless; then the task fails and names all that failed.
    type: list
    elements: dict
    suboptions:
      data_source_id: *data_source_id
      display_name: *display_name
      description: *description
      configuration: *configuration
      configuration_exact:
        description:
          - As O(configuration_exact).
        type: bool
      bucket: *bucket
      inclusion_prefixes: *inclusion_prefixes
      exclusion_prefixes: *exclusion_prefixes
      inclusion_patterns: *inclusion_patterns
      exclusion_patterns: *exclusion_patterns
      metadata_files_prefix: *metadata_files_prefix
      acl_configuration_file_path: *acl_configuration_file_path
      create:
        description:
          - As O(create).
        type: bool
      role_arn: *role_arn
      sync_schedule: *sync_schedule
      vpc_configuration: *vpc_configuration
      document_enrichment_configuration: *document_enrichment_configuration
      media_extraction_configuration: *media_extraction_configuration
      state:
        description:
          - Whether the data source is wanted. O(state) where it is not given.
        type: str
        choices: [present, absent]
      tags:
        description:
          - Its tags. O(tags) where they are not given.
        type: dict
        aliases: [resource_tags]
      purge_tags:
        description:
          - Whether other tags are removed. O(purge_tags) where it is not given.
        type: bool
seealso:
  - module: qbusiness.federation.qbusiness_app
"""

EXAMPLES = r"""
- name: The documents in a bucket
  qbusiness.federation.qbusiness_datasource:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    display_name: handbook
    role_arn: arn:aws:iam::123456789012:role/assistant-knowledge
    bucket: acme-handbook
    inclusion_prefixes: [handbook/, policies/]

- name: Two data sources, of which one is removed with its documents
  qbusiness.federation.qbusiness_datasource:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    role_arn: arn:aws:iam::123456789012:role/assistant-knowledge
    data_sources:
      - display_name: handbook
        bucket: acme-handbook
      - display_name: drafts
        state: absent

- name: A data source gets another name
  qbusiness.federation.qbusiness_datasource:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_id: 3b1c4d5e-2f3a-4b6c-8d9e-0f1a2b3c4d5e
    display_name: employee-handbook

- name: A website that asks for a sign-in, from within a VPC
  qbusiness.federation.qbusiness_datasource:
    application_id: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    display_name: intranet
    role_arn: arn:aws:iam::123456789012:role/QBusiness-DataSource-intranet
    sync_schedule: cron(0 3 * * ? *)
    vpc_configuration:
      subnet_ids: [subnet-0a1b2c3d, subnet-1b2c3d4e]
      security_group_ids: [sg-0a1b2c3d]
    configuration:
      type: WEBCRAWLERV2
      syncMode: FORCED_FULL_CRAWL
      secretArn: arn:aws:secretsmanager:us-east-1:123456789012:secret:intranet-AbCdEf
      connectionConfiguration:
        repositoryEndpointMetadata:
          authentication: BasicAuth
          seedUrlConnections:
            - seedUrl: https://intranet.example.com/handbook
      repositoryConfigurations: {}
      additionalProperties:
        rateLimit: "300"
        maxFileSize: "50"
        crawlDepth: "2"
        maxLinksPerUrl: "100"
        crawlSubDomain: false
        crawlAllDomain: false
        honorRobots: true
"""

RETURN = r"""
data_source:
  description: The object as the service describes it, and its tags where O(tags) was given.
  returned: when it exists, or would exist, and O(data_sources) is not given
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: handbook
    type:
      description: Its connector.
      type: str
      returned: always
      sample: S3
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
data_source_id:
  description: Its id.
  returned: when it exists, existed, or would exist, and O(data_sources) is not given
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
data_source_arn:
  description: Its ARN.
  returned: when it exists, existed, or would exist, and O(data_sources) is not given
  type: str
  sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../index/.../data-source/...
application_id:
  description: The id of its application.
  returned: when it exists, existed, or would exist, and O(data_sources) is not given
  type: str
  sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
index_id:
  description: The id of its index.
  returned: when it exists, existed, or would exist, and O(data_sources) is not given
  type: str
  sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
data_sources:
  description: What came of each item of O(data_sources), in its order.
  returned: when O(data_sources) is given
  type: list
  elements: dict
  contains:
    display_name:
      description: As the item says it.
      type: str
      returned: when given
      sample: handbook
    changed:
      description: Whether it was changed, or in check mode would be.
      type: bool
      returned: always
      sample: true
    data_source:
      description: Like RV(data_source).
      type: dict
      returned: when it exists, or would exist
      sample: {display_name: handbook, type: S3, status: ACTIVE}
    data_source_id:
      description: Its id.
      type: str
      returned: when it exists, existed, or would exist
      sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    data_source_arn:
      description: Its ARN.
      type: str
      returned: when it exists, existed, or would exist
      sample: arn:aws:qbusiness:us-east-1:123456789012:application/.../index/.../data-source/...
    application_id:
      description: The id of its application.
      type: str
      returned: when it exists, existed, or would exist
      sample: 1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c
    index_id:
      description: The id of its index.
      type: str
      returned: when it exists, existed, or would exist
      sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    operations:
      description: The write operations, in order.
      type: list
      elements: str
      returned: always
      sample: [CreateDataSource]
    differences:
      description: Like RV(differences).
      type: list
      elements: dict
      returned: when it did not fail
      sample: [{field: description, before: First, after: Second}]
    diff:
      description: What it was and what it is, C(before) and C(after).
      type: dict
      returned: always
      sample: {before: {}, after: {display_name: handbook}}
    lost:
      description: Like RV(lost).
      type: list
      elements: str
      returned: with O(state=absent) when there was one
      sample: ["data source drafts (2a0b3c4d-...); the documents that it synced are deleted from the index"]
    failed:
      description: That it failed.
      type: bool
      returned: when it failed
      sample: true
    msg:
      description: Why it failed.
      type: str
      returned: when it failed
      sample: Several objects of the kind data_source are named 'handbook'.
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [CreateDataSource]
differences:
  description: The fields of an existing object that were changed, or in check mode would be changed.
  returned: when O(data_sources) is not given
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
unlisted:
  description: Existing data sources of the index that O(data_sources) does not name, by name. They stay as they are.
  returned: when O(data_sources) is given and the data sources of the index can be listed
  type: list
  elements: dict
  contains:
    data_source_id:
      description: Its id.
      type: str
      returned: always
      sample: 2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: drafts
    type:
      description: Its connector.
      type: str
      returned: always
      sample: S3
    status:
      description: Its status.
      type: str
      returned: always
      sample: ACTIVE
    bucket:
      description: Its bucket.
      type: str
      returned: when it has one, and was read since another item is new
      sample: acme-drafts
lost:
  description: What went, or would go, with it; with O(data_sources), with all that were removed.
  returned: with O(state=absent) when there was one
  type: list
  elements: str
  sample: ["data source drafts (2a0b3c4d-...); the documents that it synced are deleted from the index"]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import LIFECYCLE, TAGS, aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.converge import converge
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.datasource import (
    DATA_SOURCE,
    MANY,
    OF_MANY,
    OPTIONS,
    DataSource,
)

ARGUMENTS = {
    "argument_spec": aws_arguments(LIFECYCLE, TAGS, OPTIONS, OF_MANY),
    "required_one_of": [("data_source_id", "display_name", "data_sources")],
    "mutually_exclusive": [("data_sources", "data_source_id"), ("data_sources", "display_name")],
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return converge(context, DATA_SOURCE, DataSource, many=MANY)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()
