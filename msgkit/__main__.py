"""Entry of the ``msgkit`` command, and of ``python -m msgkit``."""

import sys

from msgkit._extras import MissingExtraError, need


def main() -> None:
    """Run the command, or say how to install what it needs."""
    try:
        with need("cli"):
            from msgkit._cli._main import cli  # noqa: PLC0415 - the extra may not be there
    except MissingExtraError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)  # what a shell says of a command that Ctrl+C ended
    cli(prog_name="msgkit")


if __name__ == "__main__":
    main()
