"""What monitoring is made of: routing, pages, rules and dashboards, each a value of its own."""
