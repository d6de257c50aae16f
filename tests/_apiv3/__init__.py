"""Tests of the protocol without I/O: real keys, and real answers of real servers."""
