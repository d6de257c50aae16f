"""The tests of msgkit; the folders mirror the package."""
