"""Replies and a router's inbox, worked by Celery: the extra ``msgkit-wechatpay[celery]``."""

from msgkit.celery._replies import Replies as Replies
from msgkit.celery._route import route as route

__all__ = ["Replies", "route"]
