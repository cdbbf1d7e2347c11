# Roles, policies, buckets and log groups of the Flink platform on the EKS cluster streaming.
# The aws provider has to be that of account 111122223333 and region us-west-2, and the cluster has to be there.
#
# Buckets and log groups are not destroyed with the rest: terraform destroy refuses while they are in its state
# (terraform state rm gives them up). What is there already is taken in with terraform import.
# The access entry of the nodes' role needs a cluster with the authentication mode API or API_AND_CONFIG_MAP.
# The trust policies name the cluster's OIDC provider, which has to be in IAM:
#   arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.33"
    }
  }
}

resource "aws_iam_role" "flink_ledger" {
  name        = "flink-ledger"
  path        = "/"
  description = "Flink jobs of team payments on the EKS cluster streaming"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ServiceAccounts"
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = [
              "system:serviceaccount:payments-ns:emr-containers-sa-flink-jobmanager-111122223333-32mwbe6qbluknt5zg4y",
              "system:serviceaccount:payments-ns:emr-containers-sa-flink-taskmanager-111122223333-32mwbe6qbluknt5zg4y",
            ]
          }
        }
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_policy" "flink_ledger_1" {
  name        = "flink-ledger-1"
  path        = "/"
  description = "Flink jobs of team payments on the EKS cluster streaming"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "DescribeKeys"
        Effect   = "Allow"
        Action   = "kms:DescribeKey"
        Resource = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
      },
      {
        Sid    = "FindBuckets"
        Effect = "Allow"
        Action = "s3:GetBucketLocation"
        Resource = [
          "arn:aws:s3:::streaming-archive",
          "arn:aws:s3:::streaming-state",
        ]
      },
      {
        Sid    = "KeysForS3DecryptGenerateDataKey"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",
          "kms:GenerateDataKey",
        ]
        Resource = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
        Condition = {
          StringEquals = {
            "kms:ViaService" = "s3.us-west-2.amazonaws.com"
          }
        }
      },
      {
        Sid      = "ListStreamingArchive"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::streaming-archive"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "ledger/savepoint-1",
              "ledger/savepoint-1/*",
            ]
          }
        }
      },
      {
        Sid      = "ListStreamingState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::streaming-state"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "flink/payments/ledger/checkpoints",
              "flink/payments/ledger/checkpoints/*",
              "flink/payments/ledger/ha",
              "flink/payments/ledger/ha/*",
              "flink/payments/ledger/savepoints",
              "flink/payments/ledger/savepoints/*",
            ]
          }
        }
      },
      {
        Sid    = "ReadObjects"
        Effect = "Allow"
        Action = "s3:GetObject"
        Resource = [
          "arn:aws:s3:::streaming-archive/ledger/savepoint-1",
          "arn:aws:s3:::streaming-archive/ledger/savepoint-1/*",
          "arn:aws:s3:::streaming-state/flink/payments/ledger/checkpoints",
          "arn:aws:s3:::streaming-state/flink/payments/ledger/ha",
          "arn:aws:s3:::streaming-state/flink/payments/ledger/savepoints",
        ]
      },
      {
        Sid    = "ReadTableStreams"
        Effect = "Allow"
        Action = [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
        ]
        Resource = "arn:aws:dynamodb:us-west-2:111122223333:table/ledger/stream/*"
      },
      {
        Sid    = "ReadTables"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:Scan",
        ]
        Resource = "arn:aws:dynamodb:us-west-2:111122223333:table/ledger"
      },
      {
        Sid    = "State"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ]
        Resource = [
          "arn:aws:s3:::streaming-state/flink/payments/ledger/checkpoints/*",
          "arn:aws:s3:::streaming-state/flink/payments/ledger/ha/*",
          "arn:aws:s3:::streaming-state/flink/payments/ledger/savepoints/*",
        ]
      },
      {
        Sid    = "WriteLogGroups"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
        ]
        Resource = [
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/jobs",
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/jobs:*",
        ]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:aws:s3:::streaming-state/logs/payments/*"
      },
      {
        Sid    = "WriteTables"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeTable",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem",
        ]
        Resource = "arn:aws:dynamodb:us-west-2:111122223333:table/ledger"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "flink_ledger_1" {
  role       = aws_iam_role.flink_ledger.name
  policy_arn = aws_iam_policy.flink_ledger_1.arn
}

resource "aws_iam_role" "flink_operator" {
  name        = "flink-operator"
  path        = "/"
  description = "Flink operator of the EKS cluster streaming"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ServiceAccounts"
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = "system:serviceaccount:flink-kubernetes-operator:emr-containers-sa-flink-operator"
          }
        }
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_policy" "flink_operator_1" {
  name        = "flink-operator-1"
  path        = "/"
  description = "Flink operator of the EKS cluster streaming"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "DescribeKeys"
        Effect   = "Allow"
        Action   = "kms:DescribeKey"
        Resource = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
      },
      {
        Sid      = "FindBuckets"
        Effect   = "Allow"
        Action   = "s3:GetBucketLocation"
        Resource = "arn:aws:s3:::streaming-artifacts"
      },
      {
        Sid    = "KeysForS3DecryptGenerateDataKey"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",
          "kms:GenerateDataKey",
        ]
        Resource = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
        Condition = {
          StringEquals = {
            "kms:ViaService" = "s3.us-west-2.amazonaws.com"
          }
        }
      },
      {
        Sid      = "ReadObjects"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::streaming-artifacts/search/top-words-1.0.jar"
      },
      {
        Sid    = "WriteLogGroups"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
        ]
        Resource = [
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/operator",
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/operator:*",
        ]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:aws:s3:::streaming-state/operator-logs/*"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "flink_operator_1" {
  role       = aws_iam_role.flink_operator.name
  policy_arn = aws_iam_policy.flink_operator_1.arn
}

resource "aws_iam_role" "flink_payments" {
  name        = "flink-payments"
  path        = "/"
  description = "Flink jobs of team payments on the EKS cluster streaming"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ServiceAccounts"
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = [
              "system:serviceaccount:payments-ns:emr-containers-sa-flink-jobmanager-111122223333-4bemryealqjxxb5m7lxwmr",
              "system:serviceaccount:payments-ns:emr-containers-sa-flink-taskmanager-111122223333-4bemryealqjxxb5m7lxwmr",
            ]
          }
        }
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_policy" "flink_payments_1" {
  name        = "flink-payments-1"
  path        = "/"
  description = "Flink jobs of team payments on the EKS cluster streaming"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ConnectClusters"
        Effect = "Allow"
        Action = [
          "kafka-cluster:Connect",
          "kafka-cluster:DescribeCluster",
        ]
        Resource = "arn:aws:kafka:us-west-2:111122223333:cluster/events/*"
      },
      {
        Sid    = "DescribeKeys"
        Effect = "Allow"
        Action = "kms:DescribeKey"
        Resource = [
          "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111",
          "arn:aws:kms:us-west-2:111122223333:key/22222222-2222-2222-2222-222222222222",
        ]
      },
      {
        Sid    = "FindBuckets"
        Effect = "Allow"
        Action = "s3:GetBucketLocation"
        Resource = [
          "arn:aws:s3:::curated",
          "arn:aws:s3:::raw-events",
          "arn:aws:s3:::streaming-artifacts",
          "arn:aws:s3:::streaming-state",
        ]
      },
      {
        Sid    = "KeysForS3DecryptGenerateDataKey"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",
          "kms:GenerateDataKey",
        ]
        Resource = [
          "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111",
          "arn:aws:kms:us-west-2:111122223333:key/22222222-2222-2222-2222-222222222222",
        ]
        Condition = {
          StringEquals = {
            "kms:ViaService" = "s3.us-west-2.amazonaws.com"
          }
        }
      },
      {
        Sid      = "ListCurated"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::curated"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "payments",
              "payments/*",
            ]
          }
        }
      },
      {
        Sid      = "ListRawEvents"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::raw-events"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "orders",
              "orders/*",
            ]
          }
        }
      },
      {
        Sid      = "ListStreamingState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::streaming-state"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "flink/payments/fraud/changelog",
              "flink/payments/fraud/changelog/*",
              "flink/payments/fraud/checkpoints",
              "flink/payments/fraud/checkpoints/*",
              "flink/payments/fraud/ha",
              "flink/payments/fraud/ha/*",
              "flink/payments/fraud/savepoints",
              "flink/payments/fraud/savepoints/*",
            ]
          }
        }
      },
      {
        Sid      = "ReadBuckets"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::raw-events/orders/*"
      },
      {
        Sid    = "ReadCatalogLake"
        Effect = "Allow"
        Action = [
          "glue:BatchGetPartition",
          "glue:GetDatabase",
          "glue:GetPartition",
          "glue:GetPartitions",
          "glue:GetTable",
          "glue:GetTableVersion",
          "glue:GetTableVersions",
          "glue:GetTables",
        ]
        Resource = [
          "arn:aws:glue:us-west-2:111122223333:catalog",
          "arn:aws:glue:us-west-2:111122223333:database/lake",
          "arn:aws:glue:us-west-2:111122223333:table/lake/orders",
        ]
      },
      {
        Sid    = "ReadGroups"
        Effect = "Allow"
        Action = [
          "kafka-cluster:AlterGroup",
          "kafka-cluster:DescribeGroup",
        ]
        Resource = "arn:aws:kafka:us-west-2:111122223333:group/events/*/flink-payments"
      },
      {
        Sid    = "ReadIndexes"
        Effect = "Allow"
        Action = [
          "dynamodb:Query",
          "dynamodb:Scan",
        ]
        Resource = "arn:aws:dynamodb:us-west-2:111122223333:table/customers/index/*"
      },
      {
        Sid    = "ReadObjects"
        Effect = "Allow"
        Action = "s3:GetObject"
        Resource = [
          "arn:aws:s3:::curated/payments",
          "arn:aws:s3:::raw-events/orders",
          "arn:aws:s3:::streaming-artifacts/payments/fraud-1.0.jar",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/changelog",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/checkpoints",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/ha",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/savepoints",
        ]
      },
      {
        Sid    = "ReadSecrets"
        Effect = "Allow"
        Action = [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
        ]
        Resource = "arn:aws:secretsmanager:us-west-2:111122223333:secret:payments/kafka-??????"
      },
      {
        Sid    = "ReadStreams"
        Effect = "Allow"
        Action = [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ]
        Resource = "arn:aws:kinesis:us-west-2:111122223333:stream/clicks"
      },
      {
        Sid    = "ReadTables"
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem",
          "dynamodb:DescribeTable",
          "dynamodb:GetItem",
          "dynamodb:Query",
          "dynamodb:Scan",
        ]
        Resource = "arn:aws:dynamodb:us-west-2:111122223333:table/customers"
      },
      {
        Sid    = "ReadTopics"
        Effect = "Allow"
        Action = [
          "kafka-cluster:DescribeTopic",
          "kafka-cluster:DescribeTopicDynamicConfiguration",
          "kafka-cluster:ReadData",
        ]
        Resource = [
          "arn:aws:kafka:us-west-2:111122223333:topic/events/*/orders",
          "arn:aws:kafka:us-west-2:111122223333:topic/events/*/payments-*",
        ]
      },
      {
        Sid    = "RegisterConsumers"
        Effect = "Allow"
        Action = [
          "kinesis:ListStreamConsumers",
          "kinesis:RegisterStreamConsumer",
        ]
        Resource = "arn:aws:kinesis:us-west-2:111122223333:stream/clicks"
      },
      {
        Sid    = "State"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ]
        Resource = [
          "arn:aws:s3:::streaming-state/flink/payments/fraud/changelog/*",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/checkpoints/*",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/ha/*",
          "arn:aws:s3:::streaming-state/flink/payments/fraud/savepoints/*",
        ]
      },
      {
        Sid    = "SubscribeConsumers"
        Effect = "Allow"
        Action = [
          "kinesis:DeregisterStreamConsumer",
          "kinesis:DescribeStreamConsumer",
          "kinesis:SubscribeToShard",
        ]
        Resource = "arn:aws:kinesis:us-west-2:111122223333:stream/clicks/consumer/payments:*"
      },
      {
        Sid    = "WriteBuckets"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ]
        Resource = "arn:aws:s3:::curated/payments/*"
      },
      {
        Sid    = "WriteCatalogLake"
        Effect = "Allow"
        Action = [
          "glue:BatchCreatePartition",
          "glue:BatchDeletePartition",
          "glue:BatchUpdatePartition",
          "glue:CreatePartition",
          "glue:CreateTable",
          "glue:DeletePartition",
          "glue:GetDatabase",
          "glue:GetPartition",
          "glue:GetPartitions",
          "glue:GetTable",
          "glue:UpdatePartition",
          "glue:UpdateTable",
        ]
        Resource = [
          "arn:aws:glue:us-west-2:111122223333:catalog",
          "arn:aws:glue:us-west-2:111122223333:database/lake",
          "arn:aws:glue:us-west-2:111122223333:table/lake/orders",
        ]
      },
      {
        Sid      = "WriteIdempotently"
        Effect   = "Allow"
        Action   = "kafka-cluster:WriteDataIdempotently"
        Resource = "arn:aws:kafka:us-west-2:111122223333:cluster/events/*"
      },
      {
        Sid    = "WriteLogGroups"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
        ]
        Resource = [
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/jobs",
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/jobs:*",
        ]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:aws:s3:::streaming-state/logs/payments/*"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "flink_payments_1" {
  role       = aws_iam_role.flink_payments.name
  policy_arn = aws_iam_policy.flink_payments_1.arn
}

resource "aws_iam_policy" "flink_payments_2" {
  name        = "flink-payments-2"
  path        = "/"
  description = "Flink jobs of team payments on the EKS cluster streaming"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "WriteQueues"
        Effect = "Allow"
        Action = [
          "sqs:GetQueueAttributes",
          "sqs:GetQueueUrl",
          "sqs:SendMessage",
        ]
        Resource = "arn:aws:sqs:eu-west-1:111122223333:alerts"
      },
      {
        Sid    = "WriteTopics"
        Effect = "Allow"
        Action = [
          "kafka-cluster:DescribeTopic",
          "kafka-cluster:DescribeTopicDynamicConfiguration",
          "kafka-cluster:WriteData",
        ]
        Resource = [
          "arn:aws:kafka:us-west-2:111122223333:topic/events/*/orders",
          "arn:aws:kafka:us-west-2:111122223333:topic/events/*/payments-*",
        ]
      },
      {
        Sid    = "WriteTransactions"
        Effect = "Allow"
        Action = [
          "kafka-cluster:AlterTransactionalId",
          "kafka-cluster:DescribeTransactionalId",
        ]
        Resource = "arn:aws:kafka:us-west-2:111122223333:transactional-id/events/*/flink-payments-*"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "flink_payments_2" {
  role       = aws_iam_role.flink_payments.name
  policy_arn = aws_iam_policy.flink_payments_2.arn
}

resource "aws_iam_role" "flink_search" {
  name        = "flink-search"
  path        = "/"
  description = "Flink jobs of team search on the EKS cluster streaming"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ServiceAccounts"
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = [
              "system:serviceaccount:search-ns:emr-containers-sa-flink-jobmanager-111122223333-32mwbe6qblxavjqafl4",
              "system:serviceaccount:search-ns:emr-containers-sa-flink-taskmanager-111122223333-32mwbe6qblxavjqafl4",
            ]
          }
        }
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_policy" "flink_search_1" {
  name        = "flink-search-1"
  path        = "/"
  description = "Flink jobs of team search on the EKS cluster streaming"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "DescribeKeys"
        Effect   = "Allow"
        Action   = "kms:DescribeKey"
        Resource = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
      },
      {
        Sid      = "FindBuckets"
        Effect   = "Allow"
        Action   = "s3:GetBucketLocation"
        Resource = "arn:aws:s3:::streaming-state"
      },
      {
        Sid    = "KeysForS3DecryptGenerateDataKey"
        Effect = "Allow"
        Action = [
          "kms:Decrypt",
          "kms:GenerateDataKey",
        ]
        Resource = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
        Condition = {
          StringEquals = {
            "kms:ViaService" = "s3.us-west-2.amazonaws.com"
          }
        }
      },
      {
        Sid      = "ListStreamingState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::streaming-state"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "flink/search/adhoc/checkpoints",
              "flink/search/adhoc/checkpoints/*",
              "flink/search/adhoc/ha",
              "flink/search/adhoc/ha/*",
              "flink/search/adhoc/savepoints",
              "flink/search/adhoc/savepoints/*",
              "flink/search/indexer/checkpoints",
              "flink/search/indexer/checkpoints/*",
              "flink/search/indexer/ha",
              "flink/search/indexer/ha/*",
              "flink/search/indexer/savepoints",
              "flink/search/indexer/savepoints/*",
              "flink/search/top-words/checkpoints",
              "flink/search/top-words/checkpoints/*",
              "flink/search/top-words/savepoints",
              "flink/search/top-words/savepoints/*",
            ]
          }
        }
      },
      {
        Sid    = "ReadObjects"
        Effect = "Allow"
        Action = "s3:GetObject"
        Resource = [
          "arn:aws:s3:::streaming-state/flink/search/adhoc/checkpoints",
          "arn:aws:s3:::streaming-state/flink/search/adhoc/ha",
          "arn:aws:s3:::streaming-state/flink/search/adhoc/savepoints",
          "arn:aws:s3:::streaming-state/flink/search/indexer/checkpoints",
          "arn:aws:s3:::streaming-state/flink/search/indexer/ha",
          "arn:aws:s3:::streaming-state/flink/search/indexer/savepoints",
          "arn:aws:s3:::streaming-state/flink/search/top-words/checkpoints",
          "arn:aws:s3:::streaming-state/flink/search/top-words/savepoints",
        ]
      },
      {
        Sid    = "State"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ]
        Resource = [
          "arn:aws:s3:::streaming-state/flink/search/adhoc/checkpoints/*",
          "arn:aws:s3:::streaming-state/flink/search/adhoc/ha/*",
          "arn:aws:s3:::streaming-state/flink/search/adhoc/savepoints/*",
          "arn:aws:s3:::streaming-state/flink/search/indexer/checkpoints/*",
          "arn:aws:s3:::streaming-state/flink/search/indexer/ha/*",
          "arn:aws:s3:::streaming-state/flink/search/indexer/savepoints/*",
          "arn:aws:s3:::streaming-state/flink/search/top-words/checkpoints/*",
          "arn:aws:s3:::streaming-state/flink/search/top-words/savepoints/*",
        ]
      },
      {
        Sid    = "WriteLogGroups"
        Effect = "Allow"
        Action = [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:PutLogEvents",
        ]
        Resource = [
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/jobs",
          "arn:aws:logs:us-west-2:111122223333:log-group:/flink/jobs:*",
        ]
      },
      {
        Sid      = "WriteLogs"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:aws:s3:::streaming-state/logs/search/*"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "flink_search_1" {
  role       = aws_iam_role.flink_search.name
  policy_arn = aws_iam_policy.flink_search_1.arn
}

resource "aws_iam_role" "streaming_amp_ingest" {
  name        = "streaming-amp-ingest"
  path        = "/"
  description = "Prometheus of the EKS cluster streaming, which writes to a workspace"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ServiceAccounts"
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = "system:serviceaccount:monitoring:kube-prometheus-stack-prometheus"
          }
        }
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_policy" "streaming_amp_ingest_1" {
  name        = "streaming-amp-ingest-1"
  path        = "/"
  description = "Prometheus of the EKS cluster streaming, which writes to a workspace"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "RemoteWrite"
        Effect   = "Allow"
        Action   = "aps:RemoteWrite"
        Resource = "arn:aws:aps:eu-west-1:111122223333:workspace/ws-0123abcd"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "streaming_amp_ingest_1" {
  role       = aws_iam_role.streaming_amp_ingest.name
  policy_arn = aws_iam_policy.streaming_amp_ingest_1.arn
}

resource "aws_iam_role" "streaming_karpenter_node" {
  name        = "streaming-karpenter-node"
  path        = "/"
  description = "nodes that Karpenter starts for the EKS cluster streaming"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Service"
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "streaming_karpenter_node_amazonec2containerregistrypullonly" {
  role       = aws_iam_role.streaming_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
}

resource "aws_iam_role_policy_attachment" "streaming_karpenter_node_amazoneksworkernodepolicy" {
  role       = aws_iam_role.streaming_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
}

resource "aws_iam_role_policy_attachment" "streaming_karpenter_node_amazoneks_cni_policy" {
  role       = aws_iam_role.streaming_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
}

resource "aws_iam_role_policy_attachment" "streaming_karpenter_node_amazonssmmanagedinstancecore" {
  role       = aws_iam_role.streaming_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_eks_access_entry" "streaming_karpenter_node" {
  cluster_name  = "streaming"
  principal_arn = aws_iam_role.streaming_karpenter_node.arn
  type          = "EC2_LINUX"
  tags = {
    team = "streaming"
  }
}

resource "aws_s3_bucket" "streaming_state" {
  bucket = "streaming-state"
  tags = {
    team = "streaming"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "streaming_state" {
  bucket = aws_s3_bucket.streaming_state.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "streaming_state" {
  bucket = aws_s3_bucket.streaming_state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "streaming_state" {
  bucket                  = aws_s3_bucket.streaming_state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "streaming_state" {
  bucket = aws_s3_bucket.streaming_state.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "DenyWithoutTLS"
        Effect = "Deny"
        Principal = {
          AWS = "*"
        }
        Action = "s3:*"
        Resource = [
          "arn:aws:s3:::streaming-state",
          "arn:aws:s3:::streaming-state/*",
        ]
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_s3_bucket_lifecycle_configuration" "streaming_state" {
  bucket = aws_s3_bucket.streaming_state.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "checkpoints-flink-payments-fraud-checkpoints"
    status = "Enabled"

    filter {
      prefix = "flink/payments/fraud/checkpoints/"
    }

    expiration {
      days = 90
    }
  }

  rule {
    id     = "checkpoints-flink-payments-ledger-checkpoints"
    status = "Enabled"

    filter {
      prefix = "flink/payments/ledger/checkpoints/"
    }

    expiration {
      days = 90
    }
  }

  rule {
    id     = "checkpoints-flink-search-adhoc-checkpoints"
    status = "Enabled"

    filter {
      prefix = "flink/search/adhoc/checkpoints/"
    }

    expiration {
      days = 90
    }
  }

  rule {
    id     = "checkpoints-flink-search-indexer-checkpoints"
    status = "Enabled"

    filter {
      prefix = "flink/search/indexer/checkpoints/"
    }

    expiration {
      days = 90
    }
  }

  rule {
    id     = "checkpoints-flink-search-top-words-checkpoints"
    status = "Enabled"

    filter {
      prefix = "flink/search/top-words/checkpoints/"
    }

    expiration {
      days = 90
    }
  }

  rule {
    id     = "logs-logs-payments"
    status = "Enabled"

    filter {
      prefix = "logs/payments/"
    }

    expiration {
      days = 30
    }
  }

  rule {
    id     = "logs-logs-search"
    status = "Enabled"

    filter {
      prefix = "logs/search/"
    }

    expiration {
      days = 30
    }
  }

  rule {
    id     = "logs-operator-logs"
    status = "Enabled"

    filter {
      prefix = "operator-logs/"
    }

    expiration {
      days = 30
    }
  }
}

resource "aws_cloudwatch_log_group" "flink_jobs" {
  name              = "/flink/jobs"
  retention_in_days = 7
  tags = {
    team = "streaming"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_cloudwatch_log_group" "flink_operator" {
  name              = "/flink/operator"
  retention_in_days = 7
  tags = {
    team = "streaming"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "interruption" {
  name                      = "streaming"
  message_retention_seconds = 300
  sqs_managed_sse_enabled   = true
  tags = {
    team = "streaming"
  }
}

resource "aws_sqs_queue_policy" "interruption" {
  queue_url = aws_sqs_queue.interruption.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "AllowEvents"
        Effect = "Allow"
        Principal = {
          Service = [
            "events.amazonaws.com",
            "sqs.amazonaws.com",
          ]
        }
        Action   = "sqs:SendMessage"
        Resource = "arn:aws:sqs:us-west-2:111122223333:streaming"
      },
      {
        Sid    = "DenyWithoutTLS"
        Effect = "Deny"
        Principal = {
          AWS = "*"
        }
        Action   = "sqs:*"
        Resource = "arn:aws:sqs:us-west-2:111122223333:streaming"
        Condition = {
          Bool = {
            "aws:SecureTransport" = "false"
          }
        }
      },
    ]
  })
}

resource "aws_cloudwatch_event_rule" "scheduled_change" {
  name = "streaming-scheduled-change"
  event_pattern = jsonencode({
    source        = ["aws.health"]
    "detail-type" = ["AWS Health Event"]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "scheduled_change" {
  rule      = aws_cloudwatch_event_rule.scheduled_change.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "spot_interruption" {
  name = "streaming-spot-interruption"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Spot Instance Interruption Warning"]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "spot_interruption" {
  rule      = aws_cloudwatch_event_rule.spot_interruption.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "rebalance" {
  name = "streaming-rebalance"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Instance Rebalance Recommendation"]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "rebalance" {
  rule      = aws_cloudwatch_event_rule.rebalance.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "instance_state_change" {
  name = "streaming-instance-state-change"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Instance State-change Notification"]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "instance_state_change" {
  rule      = aws_cloudwatch_event_rule.instance_state_change.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "capacity_reservation" {
  name = "streaming-capacity-reservation"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Capacity Reservation Instance Interruption Warning"]
  })
  tags = {
    team = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "capacity_reservation" {
  rule      = aws_cloudwatch_event_rule.capacity_reservation.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}
