# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The IAM policies of Amazon Q Business as AWS's own pages print them, with the placeholders of those pages.

Pages are below https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/ (``UG``). ``CLIENT_ID`` and ``ISSUER`` are
those of the sample ``iam-federation-samples`` (aws-samples/amazon-q-business-samples).
"""

from __future__ import annotations

#: UG/create-application-iam-okta.html, step 2.10
SAML_TRUST = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Action": "sts:AssumeRoleWithSAML",
      "Sid": "SAMLAssumeRoleAccess",
      "Effect": "Allow",
      "Condition": {
        "StringEquals": {
          "SAML:aud": "https://signin.aws.amazon.com/saml"
        }
      },
      "Principal": {
        "Federated": "arn:aws:iam::111122223333:saml-provider/saml-provider-name"
      }
    },
    {
      "Action": "sts:TagSession",
      "Sid": "SAMLTagSessionAccess",
      "Effect": "Allow",
      "Condition": {
        "StringLike": {
          "aws:RequestTag/Email": "*"
        }
      },
      "Principal": {
        "Federated": "arn:aws:iam::111122223333:saml-provider/saml-provider-name"
      }
    }
  ]
}
"""

#: the sample
OIDC_TRUST = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::111122223333:oidc-provider/ISSUER"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "ISSUER:aud": "CLIENT_ID"
        }
      }
    },
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "arn:aws:iam::111122223333:oidc-provider/ISSUER"
      },
      "Action": "sts:TagSession",
      "Condition": {
        "StringLike": {
          "aws:RequestTag/Email": "*"
        }
      }
    }
  ]
}
"""

#: UG/web-experience-iam-role-iam.html
WEB_EXPERIENCE = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "QBusinessConversationPermissions",
      "Effect": "Allow",
      "Action": [
        "qbusiness:Chat",
        "qbusiness:ChatSync",
        "qbusiness:ListMessages",
        "qbusiness:ListConversations",
        "qbusiness:PutFeedback",
        "qbusiness:DeleteConversation",
        "qbusiness:GetWebExperience",
        "qbusiness:GetApplication",
        "qbusiness:ListPlugins",
        "qbusiness:GetChatControlsConfiguration",
        "qbusiness:ListRetrievers",
        "qbusiness:ListPluginActions",
        "qbusiness:ListAttachments",
        "qbusiness:GetMedia",
        "qbusiness:DeleteAttachment"
      ],
      "Resource": "arn:aws:qbusiness:us-east-1:111122223333:application/application-id"
    },
    {
      "Sid": "QBusinessPluginDiscoveryPermissions",
      "Effect": "Allow",
      "Action": [
        "qbusiness:ListPluginTypeMetadata",
        "qbusiness:ListPluginTypeActions"
      ],
      "Resource": "*"
    },
    {
      "Sid": "QBusinessRetrieverPermission",
      "Effect": "Allow",
      "Action": ["qbusiness:GetRetriever"],
      "Resource": [
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id",
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id/retriever/*"
      ]
    },
    {
      "Sid": "QBusinessAutoSubscriptionPermission",
      "Effect": "Allow",
      "Action": ["user-subscriptions:CreateClaim"],
      "Condition": {
        "Bool": { "user-subscriptions:CreateForSelf": "true" },
        "StringEquals": { "aws:CalledViaLast": "qbusiness.amazonaws.com" }
      },
      "Resource": ["*"]
    },
    {
      "Sid": "QBusinessKMSDecryptPermissions",
      "Effect": "Allow",
      "Action": ["kms:Decrypt"],
      "Resource": ["arn:aws:kms:us-east-1:111122223333:key/key-id"],
      "Condition": {
        "StringLike": {
          "kms:ViaService": [
            "qbusiness.us-east-1.amazonaws.com",
            "qapps.us-east-1.amazonaws.com"
          ]
        }
      }
    },
    {
      "Sid": "QAppsResourceAgnosticPermissions",
      "Effect": "Allow",
      "Action": [
        "qapps:CreateQApp",
        "qapps:PredictQApp",
        "qapps:PredictProblemStatementFromConversation",
        "qapps:PredictQAppFromProblemStatement",
        "qapps:ListQApps",
        "qapps:ListLibraryItems",
        "qapps:CreateSubscriptionToken"
      ],
      "Resource": "arn:aws:qbusiness:us-east-1:111122223333:application/application-id"
    },
    {
      "Sid": "QAppsAppUniversalPermissions",
      "Effect": "Allow",
      "Action": ["qapps:DisassociateQAppFromUser"],
      "Resource": "arn:aws:qapps:us-east-1:111122223333:application/application-id/qapp/*"
    },
    {
      "Sid": "QAppsAppOwnerPermissions",
      "Effect": "Allow",
      "Action": [
        "qapps:GetQApp",
        "qapps:CopyQApp",
        "qapps:UpdateQApp",
        "qapps:DeleteQApp",
        "qapps:ImportDocument",
        "qapps:CreateLibraryItem",
        "qapps:UpdateLibraryItem",
        "qapps:StartQAppSession"
      ],
      "Resource": "arn:aws:qapps:us-east-1:111122223333:application/application-id/qapp/*",
      "Condition": {
        "StringEqualsIgnoreCase": { "qapps:UserIsAppOwner": "true" }
      }
    },
    {
      "Sid": "QAppsPublishedAppPermissions",
      "Effect": "Allow",
      "Action": [
        "qapps:GetQApp",
        "qapps:CopyQApp",
        "qapps:AssociateQAppWithUser",
        "qapps:GetLibraryItem",
        "qapps:CreateLibraryItemReview",
        "qapps:AssociateLibraryItemReview",
        "qapps:DisassociateLibraryItemReview",
        "qapps:StartQAppSession"
      ],
      "Resource": "arn:aws:qapps:us-east-1:111122223333:application/application-id/qapp/*",
      "Condition": {
        "StringEqualsIgnoreCase": { "qapps:AppIsPublished": "true" }
      }
    },
    {
      "Sid": "QAppsAppSessionModeratorPermissions",
      "Effect": "Allow",
      "Action": [
        "qapps:ImportDocument",
        "qapps:GetQAppSession",
        "qapps:GetQAppSessionMetadata",
        "qapps:UpdateQAppSession",
        "qapps:UpdateQAppSessionMetadata",
        "qapps:StopQAppSession"
      ],
      "Resource": "arn:aws:qapps:us-east-1:111122223333:application/application-id/qapp/*/session/*",
      "Condition": {
        "StringEqualsIgnoreCase": { "qapps:UserIsSessionModerator": "true" }
      }
    },
    {
      "Sid": "QAppsSharedAppSessionPermissions",
      "Effect": "Allow",
      "Action": [
        "qapps:ImportDocument",
        "qapps:GetQAppSession",
        "qapps:GetQAppSessionMetadata",
        "qapps:UpdateQAppSession"
      ],
      "Resource": "arn:aws:qapps:us-east-1:111122223333:application/application-id/qapp/*/session/*",
      "Condition": {
        "StringEqualsIgnoreCase": { "qapps:SessionIsShared": "true" }
      }
    }
  ]
}
"""

#: UG/web-experience-iam-role-iam.html: one statement, for citations that open
CITATIONS = """
{
  "Sid": "QBusinessGetDocumentContentPermission",
  "Effect": "Allow",
  "Action": ["qbusiness:GetDocumentContent"],
  "Resource": [
    "arn:aws:qbusiness:us-east-1:111122223333:application/application-id",
    "arn:aws:qbusiness:us-east-1:111122223333:application/application-id/index/*"
  ]
}
"""

#: UG/web-experience-iam-role-iam.html: the role for the client secret
SECRETS = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowsAmazonQToGetSecret",
      "Effect": "Allow",
      "Action": ["secretsmanager:GetSecretValue"],
      "Resource": ["arn:aws:secretsmanager:us-east-1:111122223333:secret:secret-id"]
    },
    {
      "Sid": "AllowsAmazonQToDecryptSecret",
      "Effect": "Allow",
      "Action": ["kms:Decrypt"],
      "Resource": ["arn:aws:kms:us-east-1:111122223333:key/key-id"],
      "Condition": {
        "StringLike": {
          "kms:ViaService": ["secretsmanager.*.amazonaws.com"]
        }
      }
    }
  ]
}
"""

#: UG/web-experience-iam-role-iam.html: the role for the client secret
SECRETS_TRUST = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowsAmazonQToAssumeRoleForServicePrincipal",
      "Effect": "Allow",
      "Principal": { "Service": "application.qbusiness.amazonaws.com" },
      "Action": "sts:AssumeRole",
      "Condition": {
        "StringEquals": { "aws:SourceAccount": "111122223333" },
        "ArnLike": {
          "aws:SourceArn": "arn:aws:qbusiness:us-east-1:111122223333:application/application-id"
        }
      }
    }
  ]
}
"""

#: UG/iam-roles-ds.html
DATA_SOURCE_TRUST = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowsAmazonQToAssumeRoleForServicePrincipal",
      "Effect": "Allow",
      "Principal": { "Service": "qbusiness.amazonaws.com" },
      "Action": "sts:AssumeRole",
      "Condition": {
        "StringEquals": { "aws:SourceAccount": "111122223333" },
        "ArnLike": {
          "aws:SourceArn": "arn:aws:qbusiness:us-east-1:111122223333:application/application-id"
        }
      }
    }
  ]
}
"""

#: UG/iam-roles-ds.html
DATA_SOURCE = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowsAmazonQToGetObjectfromS3",
      "Action": ["s3:GetObject"],
      "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket/*"],
      "Effect": "Allow",
      "Condition": {
        "StringEquals": { "aws:ResourceAccount": "111122223333" }
      }
    },
    {
      "Sid": "AllowsAmazonQToListS3Buckets",
      "Action": ["s3:ListBucket"],
      "Resource": ["arn:aws:s3:::amzn-s3-demo-bucket"],
      "Effect": "Allow",
      "Condition": {
        "StringEquals": { "aws:ResourceAccount": "111122223333" }
      }
    },
    {
      "Sid": "AllowsAmazonQToIngestDocuments",
      "Effect": "Allow",
      "Action": [
        "qbusiness:BatchPutDocument",
        "qbusiness:BatchDeleteDocument"
      ],
      "Resource": [
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id",
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id/index/index-id"
      ]
    },
    {
      "Sid": "AllowsAmazonQToCallPrincipalMappingAPIs",
      "Effect": "Allow",
      "Action": [
        "qbusiness:PutGroup",
        "qbusiness:CreateUser",
        "qbusiness:DeleteGroup",
        "qbusiness:UpdateUser",
        "qbusiness:ListGroups"
      ],
      "Resource": [
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id",
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id/index/index-id",
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id/index/index-id/data-source/*"
      ]
    }
  ]
}
"""

#: UG/iam-roles-ds.html: more statements, with a VPC
VPC = """
[
  {
    "Sid": "AllowsAmazonQToCreateAndDeleteENI",
    "Effect": "Allow",
    "Action": ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
    "Resource": [
      "arn:aws:ec2:us-east-1:111122223333:subnet/SUBNET_ID",
      "arn:aws:ec2:us-east-1:111122223333:security-group/SECURITY_GROUP_ID"
    ]
  },
  {
    "Sid": "AllowsAmazonQToCreateDeleteENI",
    "Effect": "Allow",
    "Action": ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
    "Resource": "arn:aws:ec2:us-east-1:111122223333:network-interface/*",
    "Condition": {
      "StringLike": {
        "aws:RequestTag/AMAZON_Q": "qbusiness_111122223333_application-id_*"
      },
      "ForAllValues:StringEquals": { "aws:TagKeys": ["AMAZON_Q"] }
    }
  },
  {
    "Sid": "AllowsAmazonQToCreateTags",
    "Effect": "Allow",
    "Action": ["ec2:CreateTags"],
    "Resource": "arn:aws:ec2:us-east-1:111122223333:network-interface/*",
    "Condition": {
      "StringEquals": { "ec2:CreateAction": "CreateNetworkInterface" }
    }
  },
  {
    "Sid": "AllowsAmazonQToCreateNetworkInterfacePermission",
    "Effect": "Allow",
    "Action": ["ec2:CreateNetworkInterfacePermission"],
    "Resource": "arn:aws:ec2:us-east-1:111122223333:network-interface/*",
    "Condition": {
      "StringLike": {
        "aws:ResourceTag/AMAZON_Q": "qbusiness_111122223333_application-id_*"
      }
    }
  },
  {
    "Sid": "AllowsAmazonQToConnectToVPC",
    "Effect": "Allow",
    "Action": [
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeNetworkInterfaceAttribute",
      "ec2:DescribeVpcs",
      "ec2:DescribeRegions",
      "ec2:DescribeNetworkInterfacePermissions",
      "ec2:DescribeSubnets"
    ],
    "Resource": "*"
  }
]
"""

#: UG/kendra-retriever-iam-role.html
KENDRA = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "KendraRetrieveAccess",
      "Effect": "Allow",
      "Action": ["kendra:Retrieve", "kendra:DescribeIndex"],
      "Resource": "arn:aws:kendra:us-east-1:111122223333:index/example-index-id"
    }
  ]
}
"""

#: UG/kendra-retriever-iam-role.html
KENDRA_TRUST = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AmazonQKendraAccessPermission",
      "Effect": "Allow",
      "Principal": { "Service": "qbusiness.amazonaws.com" },
      "Action": "sts:AssumeRole",
      "Condition": {
        "StringEquals": { "aws:SourceAccount": "111122223333" },
        "ArnEquals": {
          "aws:SourceArn": "arn:aws:qbusiness:us-east-1:111122223333:application/application-id"
        }
      }
    }
  ]
}
"""

#: No page: the file of UG/making-sigv4-authenticated-api-calls-iam.html is blank. The calls that need a person's
#: identity, which the page lists, and the statements for retrievers and subscriptions of
#: UG/web-experience-iam-role-iam.html.
API_CLIENT = """
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "QBusinessConversationPermissions",
      "Effect": "Allow",
      "Action": [
        "qbusiness:Chat",
        "qbusiness:ChatSync",
        "qbusiness:SearchRelevantContent",
        "qbusiness:ListConversations",
        "qbusiness:ListMessages",
        "qbusiness:DeleteConversation",
        "qbusiness:PutFeedback"
      ],
      "Resource": "arn:aws:qbusiness:us-east-1:111122223333:application/application-id"
    },
    {
      "Sid": "QBusinessRetrieverPermission",
      "Effect": "Allow",
      "Action": ["qbusiness:ListRetrievers", "qbusiness:GetRetriever"],
      "Resource": [
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id",
        "arn:aws:qbusiness:us-east-1:111122223333:application/application-id/retriever/*"
      ]
    },
    {
      "Sid": "QBusinessAutoSubscriptionPermission",
      "Effect": "Allow",
      "Action": ["user-subscriptions:CreateClaim"],
      "Condition": {
        "Bool": { "user-subscriptions:CreateForSelf": "true" },
        "StringEquals": { "aws:CalledViaLast": "qbusiness.amazonaws.com" }
      },
      "Resource": ["*"]
    }
  ]
}
"""
