"""Every alert and route, judged by promtool and amtool: ``make test-alerts``."""
