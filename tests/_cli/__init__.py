"""Tests of the ``msgkit`` command."""
