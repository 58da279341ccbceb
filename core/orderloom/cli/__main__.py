"""`python -m orderloom.cli`: the command without its script."""

from orderloom.cli.main import main

if __name__ == "__main__":
    main()
