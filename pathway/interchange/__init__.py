"""Other people's formats, in and out: event logs, waiting lists, spreadsheets, process diagrams."""
