"""Who may call an operation of a service through store-api: its tag says so. Without one, nobody may."""

EVERYONE = "everyone"
CUSTOMERS = "customers"
