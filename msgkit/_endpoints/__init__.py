"""One `Operation` an endpoint: what to ask, and how to read the answer. No I/O: every kind of client shares it."""

from msgkit._endpoints._common import COMPLAINTS as COMPLAINTS, ComplaintId as ComplaintId
from msgkit._endpoints.complaints import (
    HISTORY_PAGE as HISTORY_PAGE,
    LIST_PAGE as LIST_PAGE,
    LONGEST_RANGE as LONGEST_RANGE,
    Decision as Decision,
    Page as Page,
    complaint as complaint,
    complaints as complaints,
    complete as complete,
    decide_refund as decide_refund,
    history as history,
)
from msgkit._endpoints.replies import (
    PLAIN as PLAIN,
    RICH as RICH,
    no_reply as no_reply,
    reply_again as reply_again,
    reply_plainly as reply_plainly,
    reply_richly as reply_richly,
    send as send,
)
from msgkit._endpoints.service import (
    OAEP_SHA1 as OAEP_SHA1,
    Echoed as Echoed,
    delete_notification_url as delete_notification_url,
    download_image as download_image,
    echo as echo,
    notification_url as notification_url,
    set_notification_url as set_notification_url,
    upload_image as upload_image,
)
