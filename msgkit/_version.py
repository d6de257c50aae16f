"""The version: for `msgkit.__version__`, the ``User-Agent`` and the build."""

__version__ = "0.1.0"
