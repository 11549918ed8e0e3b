"""Measures the rehearsal, as ratios: a figure in seconds says more of the machine than of the program."""
