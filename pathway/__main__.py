"""`python -m pathway` is the `pathway` command."""

from pathway.cli import main

if __name__ == "__main__":
    main()
