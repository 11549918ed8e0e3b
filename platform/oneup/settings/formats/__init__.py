"""The forms of single values: each a type that a settings model names, and a message when it is broken."""
