# terraform test (or tofu test) in this folder; needs no provider and no account.

variables {
  environment    = "production"
  release_url    = "https://downloads.example.com/tria.tar.gz?key=a&b=c"
  release_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  domain         = "chat.example.com"
  data_device    = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0"
}

run "with_a_domain" {
  command = plan

  assert {
    condition     = strcontains(base64decode(yamldecode(output.user_data).write_files[2].content), "\nchat.example.com {\n")
    error_message = "The Caddyfile does not have the domain."
  }

  assert {
    condition     = strcontains(base64decode(yamldecode(output.user_data).write_files[0].content), "DOMAIN='chat.example.com'\n")
    error_message = "The settings do not have the domain."
  }

  assert {
    condition     = length(base64gzip(output.user_data)) < 16384
    error_message = "AWS takes 16 KiB of user-data."
  }
}

run "without_a_domain" {
  command = plan

  variables {
    domain = ""
  }

  assert {
    condition     = length(yamldecode(output.user_data).write_files) == 2
    error_message = "Without a domain there is no Caddyfile."
  }
}

run "no_http" {
  command = plan

  variables {
    release_url = "http://downloads.example.com/tria.tar.gz"
  }

  expect_failures = [var.release_url]
}

run "no_password_in_the_address" {
  command = plan

  variables {
    release_url = "https://me:secret@downloads.example.com/tria.tar.gz"
  }

  expect_failures = [var.release_url]
}

run "no_shell_in_the_address" {
  command = plan

  variables {
    release_url = "https://downloads.example.com/a';reboot;'"
  }

  expect_failures = [var.release_url]
}

run "no_second_line_in_the_address" {
  command = plan

  variables {
    release_url = "https://downloads.example.com/a\nDOMAIN=b"
  }

  expect_failures = [var.release_url]
}

run "no_short_sum" {
  command = plan

  variables {
    release_sha256 = "e3b0c442"
  }

  expect_failures = [var.release_sha256]
}

run "no_address_as_domain" {
  command = plan

  variables {
    domain = "https://chat.example.com/"
  }

  expect_failures = [var.domain]
}
