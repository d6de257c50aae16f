"""Tests of templates: composing them, filling them, and reading them from files."""
