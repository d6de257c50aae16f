"""Rich replies to WeChat Pay consumer complaints."""

__version__ = "0.1.0"
