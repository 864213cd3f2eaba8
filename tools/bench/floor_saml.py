# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor of the SAML playbook: every read that its state asks for, compared, with boto3 and requests alone.

One process, each read once, and what it answered serves all that comes after it. Prints what differs and then ends with
an error. Its only argument is the inventory of the playbook.
"""

from __future__ import annotations

import sys
from pathlib import Path

import floor_documents as documents
from floor_aws import PEOPLE, Aws
from floor_okta import Okta
from floor_wanted import Differences, hosts

AUDIENCE = ("SAML:aud", "https://signin.aws.amazon.com/saml")


def main() -> None:
    identity, variables = hosts(Path(sys.argv[1]))
    differences = Differences()
    okta, aws = Okta(differences), Aws(differences)
    app = okta.app(identity["okta_saml_app_label"], identity["okta_saml_app_groups"])
    metadata = okta.metadata(app)
    tags = identity["iam_identity_provider_tags"]
    provider = aws.saml_provider(identity["iam_identity_provider_name"], metadata, tags)
    wanted = {"identityType": "AWS_IAM_IDP_SAML", "iamIdentityProviderArn": provider}
    application = aws.application(variables, wanted)
    arn = application["applicationArn"]
    role = aws.role(
        f"{application['displayName']}-web-experience",
        PEOPLE,
        documents.people_trust(provider, AUDIENCE),
        documents.people_policy(arn),
        tags=variables["qbusiness_application_tags"],
    )
    aws.knowledge(variables, application)
    # Where the app's metadata sends people is where the web experience is to send them.
    url = metadata.partition("SingleSignOnService")[2].partition('Location="')[2].partition('"')[0]
    sign_in = {"samlConfiguration": {"authenticationUrl": url}}
    endpoint = aws.experience(variables, application, role, sign_in)
    okta.saml_settings(app, f"{endpoint}/saml", f"{role},{provider}")
    differences.finish()


if __name__ == "__main__":
    main()
