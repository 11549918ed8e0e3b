ui            = true
# With storage in files that are mapped into memory, locking would hold all of them there.
disable_mlock = true

listener "tcp" {
  address         = "[::]:8200"
  cluster_address = "[::]:8201"
  tls_cert_file   = "/vault/userconfig/vault-tls/tls.crt"
  tls_key_file    = "/vault/userconfig/vault-tls/tls.key"
  tls_min_version = "tls12"

  # The network policy only allows Prometheus and Vault's clients on this port.
  telemetry {
    unauthenticated_metrics_access = true
  }
}

telemetry {
  prometheus_retention_time = "10m"
  disable_hostname          = true
}

# Marks the pod that leads, for the Service vault-active.
service_registration "kubernetes" {}
