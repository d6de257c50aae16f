"""The schemas that editors check with, as a measure of what is read strictly.

The sandbox's own take more: what WeChat Pay takes and is of no use.
"""

from functools import cache
from typing import Any

from jsonschema_rs import RegexOptions, Validator, validator_for

from msgkit import Message, Reply
from msgkit._wire.schema import document
from msgkit.sandbox.schemas.validation import encodable, for_linear_time


@cache
def _validator(cls: type[Message] | type[Reply]) -> Validator:
    schema = for_linear_time(document(cls, cls.__name__.lower(), cls.__name__, ""))
    return validator_for(schema, validate_formats=True, pattern_options=RegexOptions())


def fits_message(data: Any) -> bool:
    """Say whether the schema takes a document as a NormalMessage."""
    return _validator(Message).is_valid(encodable(data))


def fits_reply(data: Any) -> bool:
    """Say whether the schema takes a document as a plain reply."""
    return _validator(Reply).is_valid(encodable(data))
