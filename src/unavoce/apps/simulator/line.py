"""LINE's servers: the Messaging API as far as brands use it, with LINE's own answers."""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse

from unavoce.apps.simulator import line_rules, store
from unavoce.apps.simulator.line_rules import Wrong
from unavoce.apps.simulator.model import Setup
from unavoce.apps.simulator.world import Here, World
from unavoce.runtime.postgres import Transaction

# A reply token is good for about a minute; LINE does not promise longer.
_REPLY_WITHIN = timedelta(minutes=1)
_INVALID_RETRY_KEY = "The 'X-Line-Retry-Key' is invalid."
_NOT_YOURS = "Authentication failed. Confirm that the access token in the authorization header is valid."
_QUOTA = "You have reached your monthly limit."
_RATE = "The API rate limit has been exceeded. Try again later."
_BROKEN = "Internal server error"
_SEEN = "The retry key is already accepted"
_NAMESPACE = UUID("0f6c1b52-6b6f-5c0e-9a8e-6d0c5b1f7a11")


async def _body(request: Request) -> bytes:
    return await request.body()


Body = Annotated[bytes, Depends(_body)]
Authorization = Annotated[str, Header()]
RetryKey = Annotated[str | None, Header(alias="X-Line-Retry-Key")]


Receivers = Callable[[Mapping[str, object]], list[str]]


class Answer(Exception):
    """LINE's answer when it is not a plain success."""

    def __init__(self, status: int, message: str, wrongs: Sequence[Wrong] = (), request_id: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.wrongs, self.request_id = status, message, wrongs, request_id

    def response(self) -> JSONResponse:
        """The answer as LINE words it."""
        document: dict[str, object] = {"message": self.message}
        if self.wrongs:
            document["details"] = [asdict(wrong) for wrong in self.wrongs]
        headers = {"X-Line-Request-Id": self.request_id} if self.request_id else {}
        if self.status == 409:
            headers["X-Line-Accepted-Request-Id"] = self.request_id
        return JSONResponse(document, self.status, headers=headers)


_ROUTES = APIRouter(prefix="/line/v2/bot")


def routes() -> APIRouter:
    """LINE's API below /line, as below https://api.line.me."""
    return _ROUTES


@_ROUTES.post("/message/push")
def push(here: Here, body: Body, authorization: Authorization = "", retry_key: RetryKey = None) -> JSONResponse:
    """Send messages to one user."""

    def receivers(call: Mapping[str, object]) -> list[str]:
        _refuse(line_rules.wrong_receiver(call.get("to")))
        return [str(call["to"])]

    return _answered(lambda: _sent(here, body, authorization, retry_key, receivers))


@_ROUTES.post("/message/multicast")
def multicast(here: Here, body: Body, authorization: Authorization = "", retry_key: RetryKey = None) -> JSONResponse:
    """Send the same messages to many users."""

    def receivers(call: Mapping[str, object]) -> list[str]:
        to = call.get("to")
        _refuse(line_rules.wrong_receivers(to))
        return list(dict.fromkeys(map(str, to))) if isinstance(to, list) else []

    return _answered(lambda: _sent(here, body, authorization, retry_key, receivers))


@_ROUTES.post("/message/reply")
def reply(here: Here, body: Body, authorization: Authorization = "") -> JSONResponse:
    """Answer a message within a minute; free of the quota."""
    return _answered(lambda: _replied(here, body, authorization))


@_ROUTES.get("/profile/{user_id}")
def profile(here: Here, user_id: str, authorization: Authorization = "") -> JSONResponse:
    """Who a user is."""
    return _answered(lambda: _profile(here, user_id, authorization))


@_ROUTES.get("/message/quota")
def quota(here: Here, authorization: Authorization = "") -> JSONResponse:
    """How many messages this month may have."""
    return _answered(lambda: _quota(here, authorization))


@_ROUTES.get("/message/quota/consumption")
def consumption(here: Here, authorization: Authorization = "") -> JSONResponse:
    """How many messages this month has had."""
    return _answered(lambda: _consumption(here, authorization))


def _answered(work: Callable[[], JSONResponse]) -> JSONResponse:
    try:
        return work()
    except Answer as answer:
        return answer.response()


def _sent(here: World, body: bytes, authorization: str, retry_key: str | None, receivers: Receivers) -> JSONResponse:
    _play(here, "line_429", Answer(429, _RATE))
    _play(here, "line_500_before", Answer(500, _BROKEN))
    with here.postgres.transaction() as tx:
        _authenticate(tx, authorization)
        call = _parsed(body)
        to = receivers(call)
        _refuse(line_rules.wrong_messages(call.get("messages")))
        request_id = _request_id(tx, retry_key, here)
        _count(tx, len(to), here)
        said = _arrive(tx, here, to, _messages(call), request_id)
        lost = store.take_fault(tx, "line_500_after")
    if lost:
        raise Answer(500, _BROKEN)
    content: dict[str, object] = {"sentMessages": said} if isinstance(call["to"], str) else {}
    return JSONResponse(content, headers={"X-Line-Request-Id": request_id})


def _replied(here: World, body: bytes, authorization: str) -> JSONResponse:
    with here.postgres.transaction() as tx:
        _authenticate(tx, authorization)
        call = _parsed(body)
        _refuse(line_rules.wrong_messages(call.get("messages")))
        since = here.clock.now() - _REPLY_WITHIN
        to = store.use_reply_token(tx, str(call.get("replyToken", "")), since=since)
        if to is None:
            raise Answer(400, "Invalid reply token")
        said = _arrive(tx, here, [to], _messages(call), "")
    return JSONResponse({"sentMessages": said})


def _profile(here: World, user_id: str, authorization: str) -> JSONResponse:
    with here.postgres.transaction() as tx:
        _authenticate(tx, authorization)
        phone = store.phone(tx, user_id)
    if phone is None or phone.blocked:
        raise Answer(404, "Not found")
    return JSONResponse({"userId": user_id, "displayName": phone.name})


def _quota(here: World, authorization: str) -> JSONResponse:
    with here.postgres.transaction() as tx:
        limit = _authenticate(tx, authorization).monthly_quota
    return JSONResponse({"type": "none"} if limit is None else {"type": "limited", "value": limit})


def _consumption(here: World, authorization: str) -> JSONResponse:
    with here.postgres.transaction() as tx:
        _authenticate(tx, authorization)
        return JSONResponse({"totalUsage": store.quota_used(tx, _month(here))})


def _authenticate(tx: Transaction, authorization: str) -> Setup:
    setup = store.setup(tx)
    if setup is None or not hmac.compare_digest(authorization.encode(), f"Bearer {setup.line_token}".encode()):
        raise Answer(401, _NOT_YOURS)
    return setup


def _parsed(body: bytes) -> Mapping[str, object]:
    try:
        call = json.loads(body)
    except ValueError:
        call = None
    if not isinstance(call, dict):
        raise Answer(400, "The request body could not be parsed as JSON (line: -, column: -)")
    return call


def _messages(call: Mapping[str, object]) -> list[Mapping[str, object]]:
    messages = call["messages"]
    return messages if isinstance(messages, list) else []


def _refuse(wrongs: Sequence[Wrong]) -> None:
    if len(wrongs) == 1 and wrongs[0].property == "to":
        raise Answer(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
    if wrongs:
        raise Answer(400, f"The request body has {len(wrongs)} error(s)", wrongs)


def _play(here: World, fault: str, answer: Answer) -> None:
    with here.postgres.transaction() as tx:
        taken = store.take_fault(tx, fault)
    if taken:
        raise answer


def _request_id(tx: Transaction, retry_key: str | None, here: World) -> str:
    if retry_key is None:
        return str(uuid5(_NAMESPACE, here.clock.now().isoformat()))
    try:
        key = UUID(retry_key)
    except ValueError:
        raise Answer(400, _INVALID_RETRY_KEY) from None
    request_id = str(uuid5(_NAMESPACE, retry_key))
    if seen := store.take_retry_key(tx, key, request_id, here.clock.now()):
        raise Answer(409, _SEEN, request_id=seen)
    return request_id


def _count(tx: Transaction, messages: int, here: World) -> None:
    setup = store.setup(tx)
    used = store.use_quota(tx, _month(here), messages)
    if setup is not None and setup.monthly_quota is not None and used > setup.monthly_quota:
        raise Answer(429, _QUOTA)


def _month(here: World) -> date:
    return here.clock.now().date().replace(day=1)


def _arrive(
    tx: Transaction, here: World, to: Sequence[str], messages: Sequence[Mapping[str, object]], request_id: str
) -> list[dict[str, str]]:
    """Put the messages on every phone that does not block the brand; LINE answers 200 for the others too."""
    now, said = here.clock.now(), []
    for receiver in to:
        phone = store.meet_phone(tx, receiver, now)
        for message in messages:
            number = 0 if phone.blocked else store.put_chat(tx, receiver, "brand", message, now, request_id)
            said.append({"id": str(number), "quoteToken": f"quote-{number}"})
    return said
