"""``python -m oneup.rehearsal [STACK …]``: the whole platform rehearsed without a cloud."""

# Each process that rehearses a stack imports this module too: the terminal is none of its business.
if __name__ == "__main__":
    import typer

    from oneup.rehearsal.command import main

    typer.run(main)
