"""Entry of the ``msgkit`` command, and of ``python -m msgkit``."""

import sys

from msgkit._extras import hint


def main() -> None:
    """Run the command, or say how to install what it needs."""
    try:
        from msgkit.cli import cli  # noqa: PLC0415 - the extra may not be there
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        sys.exit(f"the msgkit command needs {hint('cli,sandbox')}")
    cli(prog_name="msgkit")


if __name__ == "__main__":
    main()
