"""The rules that every plan must obey."""
