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

variable "region" {
  type        = string
  description = "where the machine stands, such as sgp1; later changes would make everything anew"

  validation {
    condition     = can(regex("^[a-z]{3}[0-9]$", var.region))
    error_message = "region must be the code of a region, such as sgp1 or fra1."
  }
}

variable "size" {
  type        = string
  description = "2 GB of memory or more"
  default     = "s-1vcpu-2gb"

  validation {
    condition     = can(regex("^[a-z0-9]+(-[a-z0-9.]+)+$", var.size)) && !can(regex("-(512mb|1gb)(-|$)", var.size))
    error_message = "size must be that of a Droplet with 2 GB of memory or more, such as s-1vcpu-2gb."
  }
}

variable "ssh_key_name" {
  type        = string
  description = "the name of an SSH key that is stored with DigitalOcean"

  validation {
    condition     = length(trimspace(var.ssh_key_name)) > 0 && !can(regex("^(ssh-|-----|/|~)|\\.p(em|ub)$", var.ssh_key_name))
    error_message = "ssh_key_name must be the name of a key as DigitalOcean shows it, neither a key nor a file."
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
  description = "alerts by mail to alarm_email, from an agent that only a new machine gets: set it before the first apply"
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
  description = "who is told of alarms; it must be verified with DigitalOcean"
  default     = ""

  validation {
    condition     = var.alarm_email == "" || can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "alarm_email must be an address, or empty."
  }
}
