"""The whole program brought up, changed, broken off and taken down by the real engine."""
