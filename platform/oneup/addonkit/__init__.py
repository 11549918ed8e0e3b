"""What addons are made of: the value itself, alerts, flows, workloads, and helpers that several share."""
