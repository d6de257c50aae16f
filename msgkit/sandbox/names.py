"""The names of the endpoints: what a fault can be planned for, and what calls are counted under."""

from typing import Literal, get_args

EndpointName = Literal[
    "response-immediate-service",
    "response",
    "complete",
    "update-refund-progress",
    "complaints",
    "complaint",
    "negotiation-historys",
    "upload",
    "image",
    "complaint-notifications",
    "certificates",
    "echo",
]

ENDPOINT_NAMES: tuple[str, ...] = get_args(EndpointName)
