variable "project_name" {
  type        = string
  description = "stands in the name of everything that is made"
  default     = "tria"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,28}[a-z0-9]$", var.project_name))
    error_message = "project_name must have 2 to 30 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "environment" {
  type        = string
  description = "staging or production; also ENVIRONMENT of Tria"
  default     = "production"

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production."
  }
}

variable "aws_region" {
  type        = string
  description = "where the machine stands, such as ap-southeast-1; later changes would make everything anew"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "aws_region must be the code of a region, such as ap-southeast-1 (not a zone, such as ap-southeast-1a)."
  }
}

variable "instance_type" {
  type        = string
  description = "2 GB of memory or more; with a Graviton type (t4g) release_url must be that of aarch64"
  default     = "t3.small"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]*\\.[a-z0-9-]+$", var.instance_type)) && !can(regex("\\.(nano|micro)$", var.instance_type))
    error_message = "instance_type must be one with 2 GB of memory or more, such as t3.small or t4g.small: nano and micro have less."
  }

  # On these the volume has another name than the one that is looked for.
  validation {
    condition     = !can(regex("^(t1|t2|m[1-4]|c[1-4]|r[34]|i[23]|d2|g[23]|h1|p[23]|x1|x1e|f1)\\.", var.instance_type))
    error_message = "instance_type must be of the Nitro generation, such as t3.small or t4g.small; t2 and m4, for instance, are not."
  }
}

variable "key_name" {
  type        = string
  description = "the name of an EC2 key pair that exists in this region, for SSH"

  validation {
    condition     = length(trimspace(var.key_name)) > 0 && !can(regex("^(ssh-|-----|/|~)|\\.p(em|ub)$", var.key_name))
    error_message = "key_name must be the name of a key pair as EC2 shows it, neither a key nor a file."
  }
}

variable "allowed_ssh_ips" {
  type        = list(string)
  description = "who may reach SSH: IPv4 networks, such as 203.0.113.7/32"

  validation {
    condition = length(var.allowed_ssh_ips) > 0 && alltrue([
      for network in var.allowed_ssh_ips : can(regex("^[0-9.]+/[0-9]+$", network)) && can(cidrhost(network, 0))
    ])
    error_message = "allowed_ssh_ips must name at least one IPv4 network with its length, such as [\"203.0.113.7/32\"]."
  }

  validation {
    condition     = alltrue([for network in var.allowed_ssh_ips : try(tonumber(split("/", network)[1]) >= 8, true)])
    error_message = "allowed_ssh_ips must not open SSH to the whole internet: no network larger than /8."
  }
}

variable "enable_monitoring" {
  type        = bool
  description = "CloudWatch alarms and one-minute metrics; both cost a little"
  default     = false
}

# ── What is installed ────────────────────────────────────────────────────────────────────────────

variable "release_url" {
  type        = string
  description = "where the release archive (tar.gz) is downloaded from; https only. No secret: it is kept in the state and in user-data"
}

variable "release_sha256" {
  type        = string
  description = "SHA-256 of that archive"
}

variable "domain" {
  type        = string
  description = "the name customers use, such as chat.example.com; empty for no proxy"
  default     = ""
}

variable "alarm_email" {
  type        = string
  description = "who is told of alarms; AWS sends a mail to confirm first"
  default     = ""

  validation {
    condition     = var.alarm_email == "" || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be an address, or empty."
  }
}
