"""Having a fleet of Celery workers send rows, and hearing what became of them from their ledger."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

import attrs

from msgkit import _endpoints
from msgkit._cli._chinese import in_language
from msgkit._cli._errors import WrongError
from msgkit._cli._many.hints import hint
from msgkit._cli._many.states import FAILED, PLAIN, QUEUED, RETRYABLE, RICH, SENT, UNCLEAR, Ended
from msgkit._cli._many.ways import Way
from msgkit._cli._many.work import Job, Work
from msgkit._extras import need
from msgkit._language import CHINESE, ENGLISH, Words
from msgkit.celery import Replies
from msgkit.delivery import Delivery, Outcome, State
from msgkit.errors import MsgkitError

with need("celery"):
    from celery import Celery
    from redis import RedisError

_BATCH = 200  # rows that are marked in the journal at a time
_ASKED = 20_000  # rows whose outcomes are asked for at a time
_EVERY = 1.0  # seconds between two looks
_SILENCE = 30.0  # seconds without news after which somebody should look

_SILENT = Words(
    "nothing was sent for {seconds} s: is a worker running? celery -A msgkit.celery.worker worker",
    "已有 {seconds} 秒没有发出一条：worker 启动了吗？celery -A msgkit.celery.worker worker",
)
_AWAY = Words(
    "no Redis answers at the ledger's address ({why}); nothing was queued",
    "账本所在的 Redis 连不上（{why}），没有放进队列。",
)
_LOST = Words("the ledger in Redis cannot be asked ({why})", "连不上 Redis 里的账本（{why}）")
_FORGOTTEN = Words(
    "the ledger knows nothing of it: Redis lost what it had, or has kept it for as long as it keeps ends",
    "账本里没有这一条：Redis 丢失了数据，或已超过保存期限",
)
_STATES = {State.SENT: SENT, State.UNCLEAR: UNCLEAR}


def queueing(broker: str, ledger: str | None, mchid: str, lang: str) -> Way:
    """Return the way through a queue.

    Args:
        broker: The URL of Celery's broker.
        ledger: That of the Redis with the ledger; None for the broker's.
        mchid: Whose replies they are.
        lang: The language.

    Raises:
        ConfigurationError: A URL is none.
        WrongError: No Redis answers there.
        MissingExtraError: The extra ``msgkit-wechatpay[celery]`` is not installed.
    """
    replies = Replies(Celery("msgkit", broker=broker), ledger=ledger)
    try:
        replies.ledger.waiting()
    except RedisError as error:  # whose text may have the password
        raise WrongError(_AWAY.text(lang, why=type(error).__name__), lang) from None
    return Way(
        mchid,
        f"Celery, {replies.ledger.place}",
        _BATCH,
        lambda work: _Queueing(replies, mchid, work, lang),
        queues=True,
    )


@attrs.define
class _Queueing:
    """Queues rows, and collects what became of all that are queued."""

    replies: Replies
    mchid: str
    work: Work
    lang: str
    _lost: RedisError | None = attrs.field(default=None, init=False)

    def mistake(self, lang: str) -> str | None:
        """Say that the ledger cannot be asked; None where it can."""
        return None if self._lost is None else _LOST.text(lang, why=type(self._lost).__name__)

    def go(self) -> Iterator[Ended]:
        """Queue what is due; then yield what became of rows, those that were queued before among them.

        It ends when all rows have ended, or the work was stopped: what is queued is sent all the same.
        """
        waiting = deque(self.work.queued())
        for job in self.work.jobs():
            try:
                self._queue(job)
            except RedisError as error:
                self._lost = error
                self.work.stop.set()
            except MsgkitError as error:
                yield self._ended(job.entry.row, Outcome(state=State.FAILED, error=f"{type(error).__name__}: {error}"))
            else:
                self.work.end(Ended(job.entry.row, QUEUED))
                waiting.append((job.entry.row, job.begun.id))
        self.work.finish()
        yield from self._collected(waiting)

    def _queue(self, job: Job) -> None:
        # What had ended is taken up again; what the ledger does not know is queued.
        known = [(self.mchid, job.begun.id)]
        if job.begun.state in {RETRYABLE, UNCLEAR} and self.replies.ledger.retry(known):
            return
        entry = job.entry
        delivery = Delivery.of(
            self.mchid,
            entry.complaint_id,
            job.render(),
            idempotent_id=job.begun.id,
            complainted_mchid=entry.mchid,
            plain_too=self.work.plain_too,
        )
        self.replies.queue(delivery)

    def _collected(self, waiting: deque[tuple[int, str]]) -> Iterator[Ended]:
        heard = time.monotonic()
        while waiting and not self.work.stop.is_set():
            asked = [waiting.popleft() for _ in range(min(len(waiting), _ASKED))]
            for (row, key), outcome in zip(asked, self._outcomes(asked), strict=True):
                if outcome is not None and not outcome.is_end:
                    waiting.append((row, key))
                    continue
                heard = time.monotonic()
                yield self._forgotten(row) if outcome is None else self._ended(row, outcome)
            self.work.finish()
            if time.monotonic() - heard > _SILENCE:
                heard = time.monotonic()
                hint(_SILENT.text(self.lang, seconds=f"{_SILENCE:g}"))
            if waiting:
                self.work.stop.wait(_EVERY)

    def _outcomes(self, asked: list[tuple[int, str]]) -> list[Outcome | None]:
        """Return what became of rows; None for what the ledger has forgotten. What cannot be asked for now waits."""
        try:
            return self.replies.outcomes([key for _, key in asked], mchid=self.mchid)
        except RedisError:  # it comes back, or somebody stops this
            return [Outcome()] * len(asked)

    def _forgotten(self, row: int) -> Ended:
        # It may have been sent before that.
        said = _FORGOTTEN.text(ENGLISH), _FORGOTTEN.text(CHINESE)
        ended = Ended(row, UNCLEAR, None, "unknown to the ledger", *said)
        self.work.end(ended)
        return ended

    def _ended(self, row: int, outcome: Outcome) -> Ended:
        failed = RETRYABLE if outcome.retryable else FAILED
        kind = None if outcome.endpoint is None else PLAIN if outcome.endpoint == _endpoints.PLAIN else RICH
        error = outcome.error
        ended = Ended(
            row,
            _STATES.get(outcome.state, failed),
            outcome.log_id,
            None if error is None else error.partition(":")[0],
            error,
            None if error is None else in_language(error, CHINESE),
            kind,
        )
        self.work.end(ended)
        return ended
