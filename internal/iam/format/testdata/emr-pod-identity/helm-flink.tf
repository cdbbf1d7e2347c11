# Roles, policies, buckets and log groups of the Flink platform on the EKS cluster emr-eks-flink.
# The aws provider has to be that of account 111122223333 and region us-west-2, and the cluster has to be there.
#
# Buckets and log groups are not destroyed with the rest: terraform destroy refuses while they are in its state
# (terraform state rm gives them up). What is there already is taken in with terraform import.
# The policy of the log groups' KMS key has to let CloudWatch Logs in us-west-2 use it.
# The access entry of the nodes' role needs a cluster with the authentication mode API or API_AND_CONFIG_MAP.
# The cluster needs the add-on eks-pod-identity-agent.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.33"
    }
  }
}

resource "aws_iam_role" "emr_eks_flink_flink_team_a" {
  name        = "emr-eks-flink-flink-team-a"
  path        = "/"
  description = "The Flink jobs of flink-team-a"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "pods.eks.amazonaws.com"
        }
        Action = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
        Condition = {
          StringEquals = {
            "aws:RequestTag/kubernetes-namespace" = "flink-team-a-ns"
          }
        }
      },
    ]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_policy" "emr_eks_flink_flink_team_a_1" {
  name        = "emr-eks-flink-flink-team-a-1"
  path        = "/"
  description = "State, part 1"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::emr-eks-flink-state"
        Condition = {
          StringLike = {
            "s3:prefix" = [
              "checkpoints/orders/*",
              "savepoints/orders/*",
            ]
          }
        }
      },
      {
        Sid    = "WriteState"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:GetObject",
          "s3:PutObject",
        ]
        Resource = [
          "arn:aws:s3:::emr-eks-flink-state/checkpoints/orders/*",
          "arn:aws:s3:::emr-eks-flink-state/savepoints/orders/*",
        ]
      },
    ]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_flink_team_a_1" {
  role       = aws_iam_role.emr_eks_flink_flink_team_a.name
  policy_arn = aws_iam_policy.emr_eks_flink_flink_team_a_1.arn
}

resource "aws_iam_policy" "emr_eks_flink_flink_team_a_2" {
  name = "emr-eks-flink-flink-team-a-2"
  path = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "OwnPrefix"
        Effect = "Allow"
        Action = "s3:GetObject"
        Resource = [
          "arn:aws:s3:::shared/$${aws:PrincipalTag/kubernetes-namespace}/*",
          "arn:aws:s3:::shared/%%{odd}\"\\*",
        ]
      },
    ]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_flink_team_a_2" {
  role       = aws_iam_role.emr_eks_flink_flink_team_a.name
  policy_arn = aws_iam_policy.emr_eks_flink_flink_team_a_2.arn
}

resource "aws_eks_pod_identity_association" "flink_team_a_ns_emr_containers_sa_flink_jobmanager_111122223333_1lphoyznxc2y" {
  cluster_name    = "emr-eks-flink"
  namespace       = "flink-team-a-ns"
  service_account = "emr-containers-sa-flink-jobmanager-111122223333-1lphoyznxc2y"
  role_arn        = aws_iam_role.emr_eks_flink_flink_team_a.arn
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_eks_pod_identity_association" "flink_team_a_ns_emr_containers_sa_flink_taskmanager_111122223333_1lphoyznxc2y" {
  cluster_name    = "emr-eks-flink"
  namespace       = "flink-team-a-ns"
  service_account = "emr-containers-sa-flink-taskmanager-111122223333-1lphoyznxc2y"
  role_arn        = aws_iam_role.emr_eks_flink_flink_team_a.arn
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_role" "emr_eks_flink_karpenter_node" {
  name = "emr-eks-flink-karpenter-node"
  path = "/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "ec2.amazonaws.com"
        }
        Action = "sts:AssumeRole"
      },
    ]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_karpenter_node_amazonec2containerregistrypullonly" {
  role       = aws_iam_role.emr_eks_flink_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly"
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_karpenter_node_amazoneksworkernodepolicy" {
  role       = aws_iam_role.emr_eks_flink_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_karpenter_node_amazoneks_cni_policy" {
  role       = aws_iam_role.emr_eks_flink_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_karpenter_node_amazonssmmanagedinstancecore" {
  role       = aws_iam_role.emr_eks_flink_karpenter_node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "emr_eks_flink_karpenter_node" {
  name = "emr-eks-flink-karpenter-node"
  path = "/"
  role = aws_iam_role.emr_eks_flink_karpenter_node.name
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_eks_access_entry" "emr_eks_flink_karpenter_node" {
  cluster_name  = "emr-eks-flink"
  principal_arn = aws_iam_role.emr_eks_flink_karpenter_node.arn
  type          = "EC2_LINUX"
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_role" "emr_eks_flink_operator" {
  name        = "emr-eks-flink-operator"
  path        = "/"
  description = "The Flink operator of emr-eks-flink"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Service = "pods.eks.amazonaws.com"
        }
        Action = [
          "sts:AssumeRole",
          "sts:TagSession",
        ]
        Condition = {
          StringEquals = {
            "aws:RequestTag/kubernetes-namespace" = "flink-operator"
          }
        }
      },
    ]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_policy" "emr_eks_flink_operator" {
  name = "emr-eks-flink-operator"
  path = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadJars"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "arn:aws:s3:::emr-eks-flink-state/jars/*"
      },
    ]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_iam_role_policy_attachment" "emr_eks_flink_operator" {
  role       = aws_iam_role.emr_eks_flink_operator.name
  policy_arn = aws_iam_policy.emr_eks_flink_operator.arn
}

resource "aws_eks_pod_identity_association" "flink_operator_emr_containers_sa_flink_operator" {
  cluster_name    = "emr-eks-flink"
  namespace       = "flink-operator"
  service_account = "emr-containers-sa-flink-operator"
  role_arn        = aws_iam_role.emr_eks_flink_operator.arn
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_s3_bucket" "emr_eks_flink_state" {
  bucket = "emr-eks-flink-state"
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "emr_eks_flink_state" {
  bucket = aws_s3_bucket.emr_eks_flink_state.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "emr_eks_flink_state" {
  bucket = aws_s3_bucket.emr_eks_flink_state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "emr_eks_flink_state" {
  bucket                  = aws_s3_bucket.emr_eks_flink_state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "emr_eks_flink_state" {
  bucket = aws_s3_bucket.emr_eks_flink_state.id
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
          "arn:aws:s3:::emr-eks-flink-state",
          "arn:aws:s3:::emr-eks-flink-state/*",
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

resource "aws_s3_bucket_lifecycle_configuration" "emr_eks_flink_state" {
  bucket = aws_s3_bucket.emr_eks_flink_state.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "logs"
    status = "Enabled"

    filter {
      prefix = "logs/"
    }

    expiration {
      days = 30
    }
  }

  rule {
    id     = "orders-checkpoints"
    status = "Enabled"

    filter {
      prefix = "checkpoints/orders/"
    }

    expiration {
      days = 90
    }
  }
}

resource "aws_cloudwatch_log_group" "aws_emr_flink_flink_team_a" {
  name              = "/aws/emr-flink/flink-team-a"
  retention_in_days = 7
  kms_key_id        = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "interruption" {
  name                      = "emr-eks-flink"
  message_retention_seconds = 300
  sqs_managed_sse_enabled   = true
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
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
        Resource = "arn:aws:sqs:us-west-2:111122223333:emr-eks-flink"
      },
      {
        Sid    = "DenyWithoutTLS"
        Effect = "Deny"
        Principal = {
          AWS = "*"
        }
        Action   = "sqs:*"
        Resource = "arn:aws:sqs:us-west-2:111122223333:emr-eks-flink"
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
  name = "emr-eks-flink-scheduled-change"
  event_pattern = jsonencode({
    source        = ["aws.health"]
    "detail-type" = ["AWS Health Event"]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "scheduled_change" {
  rule      = aws_cloudwatch_event_rule.scheduled_change.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "spot_interruption" {
  name = "emr-eks-flink-spot-interruption"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Spot Instance Interruption Warning"]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "spot_interruption" {
  rule      = aws_cloudwatch_event_rule.spot_interruption.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "rebalance" {
  name = "emr-eks-flink-rebalance"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Instance Rebalance Recommendation"]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "rebalance" {
  rule      = aws_cloudwatch_event_rule.rebalance.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "instance_state_change" {
  name = "emr-eks-flink-instance-state-change"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Instance State-change Notification"]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "instance_state_change" {
  rule      = aws_cloudwatch_event_rule.instance_state_change.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}

resource "aws_cloudwatch_event_rule" "capacity_reservation" {
  name = "emr-eks-flink-capacity-reservation"
  event_pattern = jsonencode({
    source        = ["aws.ec2"]
    "detail-type" = ["EC2 Capacity Reservation Instance Interruption Warning"]
  })
  tags = {
    "aws-cost:unit" = "42"
    team            = "streaming"
  }
}

resource "aws_cloudwatch_event_target" "capacity_reservation" {
  rule      = aws_cloudwatch_event_rule.capacity_reservation.name
  target_id = "InterruptionQueue"
  arn       = aws_sqs_queue.interruption.arn
}
