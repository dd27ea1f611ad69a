# What is refused before anything is asked of the provider. deploy/terraform/check.sh runs this without one.

variables {
  region          = "sgp1"
  ssh_key_name    = "my-key"
  allowed_ssh_ips = ["203.0.113.7/32"]
  release_url     = "https://downloads.example.com/tria.tar.gz"
  release_sha256  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}

run "project_name_with_a_space" {
  command = plan

  variables {
    project_name = "My Tria"
  }

  expect_failures = [var.project_name]
}

run "environment_unknown" {
  command = plan

  variables {
    environment = "prod"
  }

  expect_failures = [var.environment]
}

run "ssh_for_nobody" {
  command = plan

  variables {
    allowed_ssh_ips = []
  }

  expect_failures = [var.allowed_ssh_ips]
}

run "ssh_for_all" {
  command = plan

  variables {
    allowed_ssh_ips = ["203.0.113.7/32", "0.0.0.0/0"]
  }

  expect_failures = [var.allowed_ssh_ips]
}

run "ssh_for_half_of_all" {
  command = plan

  variables {
    allowed_ssh_ips = ["128.0.0.0/1"]
  }

  expect_failures = [var.allowed_ssh_ips]
}

run "ssh_without_length" {
  command = plan

  variables {
    allowed_ssh_ips = ["203.0.113.7"]
  }

  expect_failures = [var.allowed_ssh_ips]
}

run "ssh_not_a_network" {
  command = plan

  variables {
    allowed_ssh_ips = ["office"]
  }

  expect_failures = [var.allowed_ssh_ips]
}

run "alarm_email_is_none" {
  command = plan

  variables {
    alarm_email = "me"
  }

  expect_failures = [var.alarm_email]
}

run "region_unknown" {
  command = plan

  variables {
    region = "Singapore"
  }

  expect_failures = [var.region]
}

run "size_too_small" {
  command = plan

  variables {
    size = "s-1vcpu-1gb"
  }

  expect_failures = [var.size]
}

run "size_far_too_small" {
  command = plan

  variables {
    size = "s-1vcpu-512mb-10gb"
  }

  expect_failures = [var.size]
}

run "size_unknown" {
  command = plan

  variables {
    size = "small"
  }

  expect_failures = [var.size]
}

run "key_is_a_key" {
  command = plan

  variables {
    ssh_key_name = "ssh-ed25519 AAAA"
  }

  expect_failures = [var.ssh_key_name]
}
