"""What `Ledger` has the server do, in Lua: each step happens as a whole. The first argument is the prefix."""

from __future__ import annotations

# A name is MCHID:ID, each percent-encoded. What is kept, each behind the prefix:
#   delivery:NAME     hash: digest, document (until it was sent), attempts, first, token, until, mark, outcome,
#                     state (where it has ended)
#   due               sorted set of names: when each is to be queued (again); while a worker has it, when the lease ends
#   failed, unclear   sorted sets of names, by when they ended
#   plain:MCHID:ID    of a complaint: the name of the plain reply that is being sent to it
_COMMON = """
local prefix, clock = ARGV[1], redis.call('TIME')
local now = clock[1] + clock[2] / 1000000

local function text(number) return string.format('%.17g', number) end

local function key(name) return prefix .. 'delivery:' .. name end

local function due(name, at) redis.call('ZADD', prefix .. 'due', text(at), name) end

local function holds(name, token) return redis.call('HGET', key(name), 'token') == token end

local function is_end(name) return redis.call('HEXISTS', key(name), 'state') == 1 end
"""

# What is given again is the same, or refused; what has ended stays so.
_QUEUE = """
local name, document, digest, wait = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local known = redis.call('HGET', key(name), 'digest')
if known then return known == digest and 1 or 0 end
redis.call('HSET', key(name), 'digest', digest, 'document', document)
due(name, now + tonumber(wait))
return 1
"""

_TAKE = """
local name, token, lease = ARGV[2], ARGV[3], tonumber(ARGV[4])
local found = redis.call('HMGET', key(name), 'document', 'outcome', 'until', 'mark')
if is_end(name) then return {'end', found[2]} end
if not found[1] then return {'unknown'} end
local left = (tonumber(found[3]) or 0) - now
if left > 0 then
    due(name, now + left)
    return {'held', text(left)}
end
redis.call('HSET', key(name), 'token', token, 'until', text(now + lease))
redis.call('HSETNX', key(name), 'first', text(now))
local attempts = redis.call('HINCRBY', key(name), 'attempts', 1)
due(name, now + lease)
local first = redis.call('HGET', key(name), 'first')
return {'taken', found[1], found[4] or '', attempts, first, text(now), found[2] or ''}
"""

_RENEW = """
local name, token, lease = ARGV[2], ARGV[3], tonumber(ARGV[4])
if not holds(name, token) then return false end
redis.call('HSET', key(name), 'until', text(now + lease))
due(name, now + lease)
return text(now)
"""

# One plain reply to a complaint at a time.
_ENTER = """
local name, token, complaint = ARGV[2], ARGV[3], ARGV[4]
if not holds(name, token) then return 0 end
local lane = prefix .. 'plain:' .. complaint
local other = redis.call('GET', lane)
if other and other ~= name and redis.call('EXISTS', key(other)) == 1 and not is_end(other) then return 2 end
redis.call('SET', lane, name)
return 1
"""

_MARK = """
local name, token, mark = ARGV[2], ARGV[3], ARGV[4]
if not holds(name, token) then return 0 end
redis.call('HSET', key(name), 'mark', mark)
return 1
"""

_LATER = """
local name, token, after, outcome, complaint, mark = unpack(ARGV, 2, 7)
if not holds(name, token) then return 0 end
redis.call('HDEL', key(name), 'token', 'until')
redis.call('HSET', key(name), 'outcome', outcome, 'mark', mark)
if mark == '' and redis.call('GET', prefix .. 'plain:' .. complaint) == name then
    redis.call('DEL', prefix .. 'plain:' .. complaint)
end
due(name, now + tonumber(after))
return 1
"""

# What was said is kept for as long as it may have to be said again.
_FINISH = """
local name, token, state, outcome, complaint, keep = unpack(ARGV, 2, 7)
if not holds(name, token) then return 0 end
redis.call('HDEL', key(name), 'token', 'until')
redis.call('HSET', key(name), 'outcome', outcome, 'state', state)
redis.call('ZREM', prefix .. 'due', name)
if redis.call('GET', prefix .. 'plain:' .. complaint) == name then
    redis.call('DEL', prefix .. 'plain:' .. complaint)
end
if state == 'sent' then
    redis.call('HDEL', key(name), 'document', 'mark', 'first', 'attempts')
else
    redis.call('ZADD', prefix .. state, text(now), name)
    redis.call('ZREMRANGEBYSCORE', prefix .. state, '-inf', text(now - keep))
end
redis.call('PEXPIRE', key(name), string.format('%.0f', keep * 1000))
return 1
"""

# Who is told of them has a while to queue them before anybody else is.
_DUE = """
local wait, most = tonumber(ARGV[2]), ARGV[3]
local names = redis.call('ZRANGEBYSCORE', prefix .. 'due', '-inf', text(now), 'LIMIT', 0, most)
for _, name in ipairs(names) do due(name, now + wait) end
return names
"""

_OUTCOMES = """
local found = {}
for at = 2, #ARGV do
    local one = redis.call('HMGET', key(ARGV[at]), 'outcome', 'digest', 'attempts')
    found[at - 1] = {one[1] or '', one[2] or '', one[3] or '0'}
end
return found
"""

# Not what a worker has, and not what may have arrived already.
_CANCEL = """
local count, keep, outcome = 0, ARGV[2], ARGV[3]
for at = 4, #ARGV do
    local name = ARGV[at]
    local found = redis.call('HMGET', key(name), 'until', 'mark')
    local is_free = (tonumber(found[1]) or 0) < now and (found[2] or '') == ''
    if is_free and not is_end(name) and redis.call('ZREM', prefix .. 'due', name) == 1 then
        redis.call('HSET', key(name), 'outcome', outcome, 'state', 'failed')
        redis.call('ZADD', prefix .. 'failed', text(now), name)
        redis.call('PEXPIRE', key(name), string.format('%.0f', keep * 1000))
        count = count + 1
    end
end
return count
"""

_RETRY = """
local count = 0
for at = 2, #ARGV do
    local name, was = ARGV[at], nil
    for _, state in ipairs({'failed', 'unclear'}) do
        if redis.call('ZREM', prefix .. state, name) == 1 then was = state end
    end
    if was and redis.call('HEXISTS', key(name), 'document') == 1 then
        redis.call('HDEL', key(name), 'outcome', 'state', 'attempts', 'first', 'mark')
        redis.call('PERSIST', key(name))
        due(name, now)
        count = count + 1
    end
end
return count
"""

STEPS = {
    name: _COMMON + step
    for name, step in {
        "queue": _QUEUE,
        "take": _TAKE,
        "renew": _RENEW,
        "enter": _ENTER,
        "mark": _MARK,
        "later": _LATER,
        "finish": _FINISH,
        "due": _DUE,
        "outcomes": _OUTCOMES,
        "cancel": _CANCEL,
        "retry": _RETRY,
    }.items()
}
"""Each step by its name."""
