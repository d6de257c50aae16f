"""Tests of the router: real HTTP, real files, real processes; time is moved by hand where it can be."""
