"""The endpoints that the platform has for complaints, and for the keys of every call."""

from msgkit.sandbox import answering, images, notifying, reading, trust
from msgkit.sandbox.calls import Endpoint
from msgkit.sandbox.pictures import SIGNED

_COMPLAINTS = "/v3/merchant-service/complaints-v2"
_COMPLAINT = f"{_COMPLAINTS}/{{complaint_id}}"
_NOTIFICATIONS = "/v3/merchant-service/complaint-notifications"

ENDPOINTS = (
    Endpoint(
        "response-immediate-service",
        "POST",
        f"{_COMPLAINT}/response-immediate-service",
        answering.respond_immediate_service,
    ),
    Endpoint("response", "POST", f"{_COMPLAINT}/response", answering.respond),
    Endpoint("complete", "POST", f"{_COMPLAINT}/complete", answering.complete),
    Endpoint("update-refund-progress", "POST", f"{_COMPLAINT}/update-refund-progress", answering.decide_refund),
    Endpoint("complaints", "GET", _COMPLAINTS, reading.list_complaints),
    Endpoint("complaint", "GET", _COMPLAINT, reading.show_complaint),
    Endpoint("negotiation-historys", "GET", f"{_COMPLAINT}/negotiation-historys", reading.show_history),
    # Before the pictures, whose paths may have any form.
    Endpoint("upload", "POST", f"{SIGNED}upload", images.upload_image, media_type="multipart/form-data"),
    Endpoint("image", "GET", f"{SIGNED}{{media_id:path}}", images.download_image),
    Endpoint("complaint-notifications", "POST", _NOTIFICATIONS, notifying.create_url),
    Endpoint("complaint-notifications", "GET", _NOTIFICATIONS, notifying.read_url),
    Endpoint("complaint-notifications", "PUT", _NOTIFICATIONS, notifying.change_url),
    Endpoint("complaint-notifications", "DELETE", _NOTIFICATIONS, notifying.delete_url),
    Endpoint("certificates", "GET", "/v3/certificates", trust.list_certificates),
    Endpoint("echo", "POST", "/v3/security/echo", trust.echo),
)
