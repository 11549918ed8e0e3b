"""Elasticsearch and Kibana as the operator's custom resources, their users, and how long lines live."""
