"""Parts of Vault and Consul."""
