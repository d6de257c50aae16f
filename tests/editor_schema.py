"""The schema of a NormalMessage that editors check with, as a measure of what is read strictly.

The sandbox's own takes more: what WeChat Pay takes and is of no use.
"""

import json
from functools import cache
from typing import Any

from jsonschema_rs import RegexOptions, Validator, validator_for

from msgkit._schema import message_schema
from msgkit.sandbox.schemas.validation import encodable, for_linear_time


@cache
def _validator() -> Validator:
    schema = for_linear_time(json.loads(message_schema()))
    return validator_for(schema, validate_formats=True, pattern_options=RegexOptions())


def fits_message(document: Any) -> bool:
    """Say whether the schema takes a document as a NormalMessage."""
    return _validator().is_valid(encodable(document))
