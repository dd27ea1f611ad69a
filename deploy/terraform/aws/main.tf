# One machine with a fixed address and a volume of its own for data and settings.

locals {
  name = "${var.project_name}-${var.environment}"
  # Elsewhere than in the zone of the volume the machine could not use it; sorted, so that it is the same each time.
  zone      = sort(data.aws_ec2_instance_type_offerings.zones.locations)[0]
  processor = data.aws_ec2_instance_type.chosen.supported_architectures[0]
}

data "aws_ec2_instance_type" "chosen" {
  instance_type = var.instance_type
}

data "aws_ec2_instance_type_offerings" "zones" {
  location_type = "availability-zone"

  filter {
    name   = "instance-type"
    values = [var.instance_type]
  }
}

# 136693071363: Debian's own account (wiki.debian.org/Cloud/AmazonEC2Image).
data "aws_ami" "debian" {
  most_recent = true
  owners      = ["136693071363"]

  filter {
    name   = "name"
    values = [local.processor == "arm64" ? "debian-12-arm64-*" : "debian-12-amd64-*"]
  }

  filter {
    name   = "virtualization-type"
    values = ["hvm"]
  }
}

# ── Network ──────────────────────────────────────────────────────────────────────────────────────

resource "aws_vpc" "tria" {
  cidr_block           = "10.80.0.0/24"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
}

resource "aws_internet_gateway" "tria" {
  vpc_id = aws_vpc.tria.id
  tags   = { Name = local.name }
}

resource "aws_subnet" "tria" {
  vpc_id            = aws_vpc.tria.id
  cidr_block        = "10.80.0.0/25"
  availability_zone = local.zone
  tags              = { Name = local.name }

  # A zone that opens later, or another type, must not move the data.
  lifecycle {
    ignore_changes = [availability_zone]
  }
}

resource "aws_route_table" "tria" {
  vpc_id = aws_vpc.tria.id
  tags   = { Name = local.name }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.tria.id
  }
}

resource "aws_route_table_association" "tria" {
  subnet_id      = aws_subnet.tria.id
  route_table_id = aws_route_table.tria.id
}

resource "aws_security_group" "tria" {
  name        = local.name
  description = "SSH for some, HTTP and HTTPS for all"
  vpc_id      = aws_vpc.tria.id
  tags        = { Name = local.name }
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  for_each = toset(var.allowed_ssh_ips)

  security_group_id = aws_security_group.tria.id
  description       = "SSH"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  for_each = toset(["80", "443"])

  security_group_id = aws_security_group.tria.id
  description       = "Caddy"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.tria.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_eip" "tria" {
  domain = "vpc"
  tags   = { Name = local.name }

  depends_on = [aws_internet_gateway.tria]
}

resource "aws_eip_association" "tria" {
  allocation_id = aws_eip.tria.id
  instance_id   = aws_instance.tria.id
}

# ── Machine ──────────────────────────────────────────────────────────────────────────────────────

module "machine" {
  source = "../machine"

  environment    = var.environment
  release_url    = var.release_url
  release_sha256 = var.release_sha256
  domain         = var.domain
  # As udev names it on a Nitro machine: the volume's id without its hyphen.
  data_device = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${replace(aws_ebs_volume.data.id, "-", "")}"
}

resource "aws_instance" "tria" {
  ami                         = data.aws_ami.debian.id
  instance_type               = var.instance_type
  key_name                    = var.key_name
  subnet_id                   = aws_subnet.tria.id
  vpc_security_group_ids      = [aws_security_group.tria.id]
  associate_public_ip_address = true
  monitoring                  = var.enable_monitoring
  user_data_base64            = base64gzip(module.machine.user_data)
  tags                        = { Name = local.name }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = 16
    encrypted   = true
  }

  lifecycle {
    # A newer image or release is no reason to take a running machine away: `terraform apply -replace` is. The public
    # address is the elastic one.
    ignore_changes = [ami, user_data_base64, associate_public_ip_address]

    precondition {
      condition     = data.aws_ec2_instance_type.chosen.memory_size >= 2048
      error_message = "${var.instance_type} has less than 2 GB of memory: choose another instance_type, such as t3.small."
    }
  }

  depends_on = [aws_route_table_association.tria]
}

resource "aws_ebs_volume" "data" {
  availability_zone = aws_subnet.tria.availability_zone
  type              = "gp3"
  size              = 20
  encrypted         = true
  # Whoever takes the lines below out and destroys it has a snapshot left.
  final_snapshot = true
  tags           = { Name = "${local.name}-data" }

  lifecycle {
    prevent_destroy = true
    # One that was made from a snapshot stays, whatever becomes of the snapshot.
    ignore_changes = [availability_zone, snapshot_id]
  }
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.tria.id
  # Nothing is in the middle of writing when it is taken off.
  stop_instance_before_detaching = true
}

# ── Alarms ───────────────────────────────────────────────────────────────────────────────────────

locals {
  alarms = {
    cpu = {
      metric = "CPUUtilization", threshold = 90, periods = 15, statistic = "Average"
      text   = "The processor has been busy for a quarter of an hour"
    }
    instance = {
      metric = "StatusCheckFailed_Instance", threshold = 1, periods = 5, statistic = "Maximum"
      text   = "The operating system does not answer: look at the console, then reboot"
    }
    volume = {
      metric = "StatusCheckFailed_AttachedEBS", threshold = 1, periods = 5, statistic = "Maximum"
      text   = "The data volume does not answer"
    }
  }
}

resource "aws_sns_topic" "alarms" {
  count = var.enable_monitoring ? 1 : 0
  name  = "${local.name}-alarms"
}

resource "aws_sns_topic_subscription" "mail" {
  count     = var.enable_monitoring && var.alarm_email != "" ? 1 : 0
  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_cloudwatch_metric_alarm" "machine" {
  for_each = var.enable_monitoring ? local.alarms : {}

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = "AWS/EC2"
  metric_name         = each.value.metric
  dimensions          = { InstanceId = aws_instance.tria.id }
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = each.value.periods
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = each.value.threshold
  alarm_actions       = [aws_sns_topic.alarms[0].arn]
  ok_actions          = [aws_sns_topic.alarms[0].arn]
}

# AWS moves the machine to other hardware when its own has failed.
resource "aws_cloudwatch_metric_alarm" "hardware" {
  count = var.enable_monitoring ? 1 : 0

  alarm_name          = "${local.name}-hardware"
  alarm_description   = "The hardware below the machine has failed; it is being moved"
  namespace           = "AWS/EC2"
  metric_name         = "StatusCheckFailed_System"
  dimensions          = { InstanceId = aws_instance.tria.id }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 2
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  alarm_actions       = ["arn:aws:automate:${var.aws_region}:ec2:recover", aws_sns_topic.alarms[0].arn]
}
