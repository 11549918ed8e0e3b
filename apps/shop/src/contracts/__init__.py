"""The messages between the services. A change only adds: in a rollout, old and new talk."""
