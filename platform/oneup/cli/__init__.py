"""The command ``oneup``: one subcommand for each thing that a person or a workflow does with the project.

What a subcommand needs of the program is imported when it runs: the help and a shell's completion would
otherwise wait for the settings, and some for the SDKs.
"""
