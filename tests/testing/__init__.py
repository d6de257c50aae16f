"""Tests of what msgkit gives to those who test replies."""
