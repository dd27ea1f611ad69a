# What cloud-init does on a machine, whoever rents it out. Needs no provider.

terraform {
  required_version = ">= 1.6"
}

locals {
  conf = join("", [
    "RELEASE_URL='${var.release_url}'\n",
    "RELEASE_SHA256='${var.release_sha256}'\n",
    "DATA_DEVICE='${var.data_device}'\n",
    "APP_ENVIRONMENT='${var.environment}'\n",
    "DOMAIN='${var.domain}'\n",
    "HEALTH_URL='http://127.0.0.1:8003/health'\n",
  ])

  # The one that is tested, with the name in its place.
  caddyfile = replace(file("${path.module}/../../proxy/Caddyfile"), "tria.example.com", var.domain)
}

output "user_data" {
  description = "cloud-init's configuration, below the 16 KiB that AWS takes"
  value = templatefile("${path.module}/cloud-init.yaml.tftpl", {
    conf      = base64encode(local.conf)
    setup     = base64encode(file("${path.module}/setup.sh"))
    caddyfile = var.domain == "" ? "" : base64encode(local.caddyfile)
  })

  precondition {
    condition     = var.domain == "" || strcontains(local.caddyfile, "\n${var.domain} {\n")
    error_message = "deploy/proxy/Caddyfile no longer has a site tria.example.com to put the domain in."
  }
}
