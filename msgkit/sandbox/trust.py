"""The endpoints that keys are fetched and tried with: platform certificates, and the echo."""

from msgkit.sandbox.answers import Answer, param_error
from msgkit.sandbox.calls import Call
from msgkit.sandbox.state import State


def list_certificates(_: State, call: Call) -> Answer:
    """Answer the platform certificates (获取平台证书列表)."""
    call.asked({})
    return Answer.json(200, {"data": call.keyring.listed()})


def echo(_: State, call: Call) -> Answer:
    """Say again what came, the encrypted part encrypted for the merchant. ``notify_url`` is not called."""
    body = call.body("echo")
    answered = {"echo_message": body["echo_message"]}
    if "encrypted_echo_message" in body:
        answered["encrypted_echo_message"] = call.keyring.encrypt(_decrypted(call, body["encrypted_echo_message"]))
    return Answer.json(200, answered)


def _decrypted(call: Call, encrypted: str) -> str:
    pointer = "/encrypted_echo_message"
    if call.serial is None:
        raise param_error(pointer, "needs a Wechatpay-Serial that names the key it is encrypted with")
    try:
        text = call.keyring.decrypt(call.serial, encrypted)
        call.keyring.encrypt(text)
    except ValueError:
        issue = "must be base64 of RSAES-OAEP (SHA-1) with the key that Wechatpay-Serial names"
        raise param_error(pointer, issue, encrypted) from None
    return text
