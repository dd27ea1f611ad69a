variable "environment" {
  type        = string
  description = "ENVIRONMENT of /etc/tria/tria.env"

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "environment must be staging or production."
  }
}

variable "release_url" {
  type        = string
  description = "where the release archive (tar.gz) is downloaded from"

  # No quote, space or dollar sign: the address goes into a shell file.
  validation {
    condition     = can(regex("^https://[A-Za-z0-9._~:/?#@!&()*+,;=%\\[\\]-]+$", var.release_url))
    error_message = "release_url must be an https:// address without spaces and quotes: the release is not fetched over anything else."
  }

  # It stands in the state and in user-data, which every process of the machine can read.
  validation {
    condition     = !can(regex("^https://[^/?#]*@", var.release_url))
    error_message = "release_url must not hold a name and password: it is kept in the state and in user-data. Use a public address, or a signed one that ends soon."
  }
}

variable "release_sha256" {
  type        = string
  description = "SHA-256 of that archive"

  validation {
    condition     = can(regex("^[0-9a-f]{64}$", var.release_sha256))
    error_message = "release_sha256 must be 64 hexadecimal digits in lower case, as sha256sum prints them."
  }
}

variable "domain" {
  type        = string
  description = "the name customers use, without https://; empty for no proxy"

  validation {
    condition     = var.domain == "" || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain))
    error_message = "domain must be a name such as chat.example.com in lower case, without https:// and without a path; or empty."
  }
}

variable "data_device" {
  type        = string
  description = "the device of the data volume, by a name that does not change"

  validation {
    condition     = can(regex("^/dev/[A-Za-z0-9/_.-]+$", var.data_device))
    error_message = "data_device must be a path below /dev/."
  }
}
