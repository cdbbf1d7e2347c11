# Roles, policies, buckets and log groups of the Flink platform on the EKS cluster flink.
# The aws provider has to be that of account 111122223333 and region eu-central-1, and the cluster has to be there.
#
# Buckets and log groups are not destroyed with the rest: terraform destroy refuses while they are in its state
# (terraform state rm gives them up). What is there already is taken in with terraform import.
# The trust policies name the cluster's OIDC provider, which has to be in IAM:
#   arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.33"
    }
  }
}

resource "aws_iam_role" "flink_team_a_b87c4827" {
  name = "flink-team-a"
  path = "/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = "system:serviceaccount:team-a:flink"
          }
        }
      },
    ]
  })
}

resource "aws_iam_policy" "flink_team_a_1" {
  name = "flink-team-a-1"
  path = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::flink-state"
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
          "arn:aws:s3:::flink-state/checkpoints/orders/*",
          "arn:aws:s3:::flink-state/savepoints/orders/*",
        ]
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "flink_team_a_1" {
  role       = aws_iam_role.flink_team_a_b87c4827.name
  policy_arn = aws_iam_policy.flink_team_a_1.arn
}

resource "aws_iam_policy" "flink_team_a_2" {
  name = "flink-team-a-2"
  path = "/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::flink.state"
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
          "arn:aws:s3:::flink.state/checkpoints/orders/*",
          "arn:aws:s3:::flink.state/savepoints/orders/*",
        ]
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "flink_team_a_2" {
  role       = aws_iam_role.flink_team_a_b87c4827.name
  policy_arn = aws_iam_policy.flink_team_a_2.arn
}

resource "aws_iam_role_policy_attachment" "flink_team_a_amazonmskreadonlyaccess" {
  role       = aws_iam_role.flink_team_a_b87c4827.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonMSKReadOnlyAccess"
}

resource "aws_iam_role" "flink_team_a_dbf8bc69" {
  name = "flink.team.a"
  path = "/flink/"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Principal = {
          Federated = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
        }
        Action = "sts:AssumeRoleWithWebIdentity"
        Condition = {
          StringEquals = {
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud" = "sts.amazonaws.com"
            "oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub" = "system:serviceaccount:team.a:flink"
          }
        }
      },
    ]
  })
}

resource "aws_iam_policy" "flink_team_a" {
  name = "flink.team.a"
  path = "/flink/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ListState"
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = "arn:aws:s3:::flink-state"
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
          "arn:aws:s3:::flink-state/checkpoints/orders/*",
          "arn:aws:s3:::flink-state/savepoints/orders/*",
        ]
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "flink_team_a" {
  role       = aws_iam_role.flink_team_a_dbf8bc69.name
  policy_arn = aws_iam_policy.flink_team_a.arn
}

resource "aws_s3_bucket" "flink_state_949b38ba" {
  bucket = "flink.state"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "flink_state_949b38ba" {
  bucket = aws_s3_bucket.flink_state_949b38ba.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "flink_state_949b38ba" {
  bucket = aws_s3_bucket.flink_state_949b38ba.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "flink_state_949b38ba" {
  bucket                  = aws_s3_bucket.flink_state_949b38ba.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "flink_state_949b38ba" {
  bucket = aws_s3_bucket.flink_state_949b38ba.id
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
          "arn:aws:s3:::flink.state",
          "arn:aws:s3:::flink.state/*",
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

resource "aws_s3_bucket_lifecycle_configuration" "flink_state_949b38ba" {
  bucket = aws_s3_bucket.flink_state_949b38ba.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket" "flink_state_ccc97115" {
  bucket = "flink-state"

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "flink_state_ccc97115" {
  bucket = aws_s3_bucket.flink_state_ccc97115.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "flink_state_ccc97115" {
  bucket = aws_s3_bucket.flink_state_ccc97115.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "flink_state_ccc97115" {
  bucket                  = aws_s3_bucket.flink_state_ccc97115.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "flink_state_ccc97115" {
  bucket = aws_s3_bucket.flink_state_ccc97115.id
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
          "arn:aws:s3:::flink-state",
          "arn:aws:s3:::flink-state/*",
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

resource "aws_s3_bucket_lifecycle_configuration" "flink_state_ccc97115" {
  bucket = aws_s3_bucket.flink_state_ccc97115.id

  rule {
    id     = "abort-incomplete-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_cloudwatch_log_group" "flink_team_a" {
  name = "/flink/team-a"

  lifecycle {
    prevent_destroy = true
  }
}
