"""``oneup docs``: for those who work on the project itself."""

import typer

from oneup.cli.groups import Group


def register(app: typer.Typer) -> None:
    """Add the subcommands."""
    app.command(rich_help_panel=Group.MAINTAIN)(docs)


def docs() -> None:
    """Write the documentation that is generated: settings, addons, access, this command, the stack files' schema.

    The tests fail while it is out of date.
    """
    from oneup.cli.reference import PAGE, reference
    from oneup.docs import addons, settings

    for path, text in {**settings.generated_files(), **addons.pages(), PAGE: reference()}.items():
        path.write_text(text, "utf-8")
