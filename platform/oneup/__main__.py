"""``python -m oneup``: the command."""

# A process that rehearses a stack may import this module too, and does not need the command line.
if __name__ == "__main__":
    from oneup.cli.app import main

    main()
