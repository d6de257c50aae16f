"""A table of replies: what its rows say, whether they can be sent, what became of them, and the report.

Nothing here but `sending` knows threads or clients, so that rows can be sent in another way.
"""
