"""Tables on the terminal, and the same as plain lines where the output is a file or a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0) -> None:
    """Print a table, its last `numbers` columns to the right; tab-separated where nobody is looking."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        typer.echo("\n".join(["", title, "\t".join(columns), *("\t".join(row) for row in rows)]))
        return
    table = Table(title=escape(title), title_justify="left", title_style="bold", header_style="")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index >= len(columns) - numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    console.print(table)
