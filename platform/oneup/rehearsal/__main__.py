"""``python -m oneup.rehearsal [STACK …]``: rehearse the platform without a cloud."""

# Each process that rehearses a stack imports this module too, and does not need the terminal.
if __name__ == "__main__":
    import typer

    from oneup.rehearsal.command import main

    typer.run(main)
