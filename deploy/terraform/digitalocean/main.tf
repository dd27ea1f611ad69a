# One machine with a fixed address and a volume of its own for data and settings.

locals {
  name = "${var.project_name}-${var.environment}"
}

data "digitalocean_ssh_key" "operator" {
  name = var.ssh_key_name
}

# ── Machine ──────────────────────────────────────────────────────────────────────────────────────

module "machine" {
  source = "../machine"

  environment    = var.environment
  release_url    = var.release_url
  release_sha256 = var.release_sha256
  domain         = var.domain
  data_device    = "/dev/disk/by-id/scsi-0DO_Volume_${digitalocean_volume.data.name}"
}

resource "digitalocean_droplet" "tria" {
  name       = local.name
  image      = "debian-12-x64"
  region     = var.region
  size       = var.size
  ssh_keys   = [data.digitalocean_ssh_key.operator.id]
  monitoring = var.enable_monitoring
  user_data  = module.machine.user_data

  lifecycle {
    # Each of these would take a running machine away for a new one: `terraform apply -replace` is for that.
    ignore_changes = [image, user_data, ssh_keys, monitoring]
  }
}

# DigitalOcean encrypts volumes where they are stored.
resource "digitalocean_volume" "data" {
  name        = "${local.name}-data"
  region      = var.region
  size        = 20
  description = "data and settings of Tria"

  lifecycle {
    prevent_destroy = true
    # One that was made from a snapshot stays, whatever becomes of the snapshot.
    ignore_changes = [snapshot_id]
  }
}

resource "digitalocean_volume_attachment" "data" {
  droplet_id = digitalocean_droplet.tria.id
  volume_id  = digitalocean_volume.data.id
}

# ── Network ──────────────────────────────────────────────────────────────────────────────────────

resource "digitalocean_reserved_ip" "tria" {
  region = var.region
}

resource "digitalocean_reserved_ip_assignment" "tria" {
  ip_address = digitalocean_reserved_ip.tria.ip_address
  droplet_id = digitalocean_droplet.tria.id
}

resource "digitalocean_firewall" "tria" {
  name        = local.name
  droplet_ids = [digitalocean_droplet.tria.id]

  inbound_rule {
    protocol         = "tcp"
    port_range       = "22"
    source_addresses = var.allowed_ssh_ips
  }

  dynamic "inbound_rule" {
    for_each = ["80", "443"]

    content {
      protocol         = "tcp"
      port_range       = inbound_rule.value
      source_addresses = ["0.0.0.0/0", "::/0"]
    }
  }

  # What is not named here does not get out.
  dynamic "outbound_rule" {
    for_each = ["tcp", "udp"]

    content {
      protocol              = outbound_rule.value
      port_range            = "1-65535"
      destination_addresses = ["0.0.0.0/0", "::/0"]
    }
  }

  outbound_rule {
    protocol              = "icmp"
    destination_addresses = ["0.0.0.0/0", "::/0"]
  }
}

# ── Alerts ───────────────────────────────────────────────────────────────────────────────────────

resource "digitalocean_monitor_alert" "machine" {
  for_each = var.enable_monitoring && var.alarm_email != "" ? { cpu = 90, memory_utilization_percent = 90, disk_utilization_percent = 85 } : {}

  description = "${local.name}: ${each.key} above ${each.value} %"
  type        = "v1/insights/droplet/${each.key}"
  compare     = "GreaterThan"
  value       = each.value
  window      = "10m"
  enabled     = true
  entities    = [digitalocean_droplet.tria.id]

  alerts {
    email = [var.alarm_email]
  }
}
