"""What the platform says: `Complaint`, `HistoryEntry` with `Click`, their parts and enums, `Picture`; `Notification`.

The classes carry the wire's own field names, so that WeChat Pay's documentation reads on them. Reading is lenient: new
fields, new enum values and new block types may appear in answers at any time, and nothing that may be missing is worth
losing the rest. All of it is in ``raw``.

Source: WeChat Pay documentation, 消费者投诉: 查询投诉单详情, 查询投诉单列表, 查询投诉单协商历史, 投诉通知回调.
"""

from msgkit.complaints._answer import Answer as Answer
from msgkit.complaints._complaint import (
    AdditionalInfo as AdditionalInfo,
    Complaint as Complaint,
    ComplaintMedia as ComplaintMedia,
    ComplaintOrder as ComplaintOrder,
    ReturnAddress as ReturnAddress,
    ServiceOrder as ServiceOrder,
    SharePowerInfo as SharePowerInfo,
)
from msgkit.complaints._enums import (
    AdditionalInfoType as AdditionalInfoType,
    ComplaintState as ComplaintState,
    EventType as EventType,
    MediaType as MediaType,
    NotificationAction as NotificationAction,
    OperateType as OperateType,
    ProblemType as ProblemType,
    ServiceOrderState as ServiceOrderState,
    UserTag as UserTag,
)
from msgkit.complaints._history import Click as Click, HistoryEntry as HistoryEntry
from msgkit.complaints._notification import LARGEST_NOTIFICATION as LARGEST_NOTIFICATION, Notification as Notification
from msgkit.complaints._picture import Picture as Picture
