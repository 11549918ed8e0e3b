"""Who reaches whom by the declared flows, judged by cyclonus: ``make test-reach``."""
