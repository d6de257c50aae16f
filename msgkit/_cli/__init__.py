"""The ``msgkit`` command, a module for each command."""
