"""What `RedisInbox` has the server do, in Lua: each step happens as a whole.

The arguments of a step stand in its first line, behind the prefix; a record is five of them: log_id, state, time, place
and document.
"""

from __future__ import annotations

# Ids are joined by colons and percent-encoded, so that none is taken for two. What is kept, each behind the prefix:
#   due, due:MCHID           sorted sets of complaints: when to work on them; while claimed, when the lease ends
#   complaint:ID             hash: token, wanted, known, pruned_time, pruned_place
#   open:MCHID               set of complaint ids
#   records:ID               hash by log_id, empty for a look that failed: "STATE UPDATED TIME PLACE DOCUMENT"
#   state:STATE              sorted set of records, by when they were written
#   notifications            sorted set, by when they came
_COMMON = """
local prefix, clock = ARGV[1], redis.call('TIME')
local now = clock[1] + clock[2] / 1000000

local function text(number) return string.format('%.17g', number) end

local function complaint(id) return prefix .. 'complaint:' .. id end

local function holds(id, token) return redis.call('HGET', complaint(id), 'token') == token end

local function set_due(id, due)
    for _, key in ipairs({prefix .. 'due', prefix .. 'due:' .. id:match('^[^:]*')}) do
        if due then redis.call('ZADD', key, text(due), id) else redis.call('ZREM', key, id) end
    end
end

local function set_open(id, command)
    local mchid, name = id:match('^(.*):(.*)$')
    redis.call(command, prefix .. 'open:' .. mchid, name)
end

local function ask(id)
    if redis.call('HINCRBY', complaint(id), 'wanted', 1) == 1 then set_open(id, 'SADD') end
    if redis.call('HEXISTS', complaint(id), 'token') == 1 then return end
    local due = redis.call('ZSCORE', prefix .. 'due', id)
    if not due or tonumber(due) > now then set_due(id, now) end
end

local function drop(id, log_id)
    local value = redis.call('HGET', prefix .. 'records:' .. id, log_id)
    if value then
        redis.call('ZREM', prefix .. 'state:' .. value:match('^%S+'), id .. ':' .. log_id)
        redis.call('HDEL', prefix .. 'records:' .. id, log_id)
    end
end

local function write(id, at)
    local log_id, state, time, place, document = unpack(ARGV, at, at + 4)
    drop(id, log_id)
    local value = table.concat({state, text(now), time, place, document}, ' ')
    redis.call('HSET', prefix .. 'records:' .. id, log_id, value)
    redis.call('ZADD', prefix .. 'state:' .. state, text(now), id .. ':' .. log_id)
end

local function is_pruned(id, time, place)
    local last = redis.call('HMGET', complaint(id), 'pruned_time', 'pruned_place')
    if not last[1] then return false end
    local last_time, last_place = tonumber(last[1]), tonumber(last[2])
    time, place = tonumber(time), tonumber(place)
    return time < last_time or time == last_time and place <= last_place
end
"""

_NOTIFY = """
local id, notification = ARGV[2], ARGV[3]
if notification ~= '' and redis.call('ZADD', prefix .. 'notifications', 'NX', text(now), notification) == 0 then
    return 0
end
if id ~= '' then ask(id) end
return 1
"""

_CLAIM = """
local key, lease, token = ARGV[2], ARGV[3], ARGV[4]
local id = redis.call('ZRANGEBYSCORE', prefix .. key, '-inf', text(now), 'LIMIT', 0, 1)[1]
if not id then return false end
set_due(id, now + tonumber(lease))
redis.call('HSET', complaint(id), 'token', token)
return {id, redis.call('HGET', complaint(id), 'wanted'), redis.call('HEXISTS', complaint(id), 'known')}
"""

_RENEW = """
local id, token, lease = ARGV[2], ARGV[3], ARGV[4]
if not holds(id, token) then return 0 end
set_due(id, now + tonumber(lease))
return 1
"""

_RELEASE = """
local id, token, wanted, due = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not holds(id, token) then return end
redis.call('HDEL', complaint(id), 'token')
local is_news = tonumber(redis.call('HGET', complaint(id), 'wanted')) > tonumber(wanted)
set_due(id, is_news and now or tonumber(due))
"""

_LOOKED = """
local id, token, open = ARGV[2], ARGV[3], ARGV[4]
if not holds(id, token) then return 0 end
redis.call('HSET', complaint(id), 'known', 1)
set_open(id, open == '1' and 'SADD' or 'SREM')
drop(id, '')
for at = 5, #ARGV, 5 do
    local is_here = redis.call('HEXISTS', prefix .. 'records:' .. id, ARGV[at]) == 1
    if not is_here and not is_pruned(id, ARGV[at + 2], ARGV[at + 3]) then write(id, at) end
end
return 1
"""

_UPDATE = """
local id, token = ARGV[2], ARGV[3]
if not holds(id, token) then return 0 end
write(id, 4)
return 1
"""

_FIND = """
local found = {}
for at = 2, #ARGV do
    for _, record in ipairs(redis.call('ZRANGE', prefix .. 'state:' .. ARGV[at], 0, -1)) do
        local id, log_id = record:match('^(.*):(.*)$')
        found[#found + 1] = redis.call('HGET', prefix .. 'records:' .. id, log_id)
    end
end
return found
"""

_READ = """
local found = {}
for at = 2, #ARGV do
    local id, log_id = ARGV[at]:match('^(.*):(.*)$')
    found[at - 1] = redis.call('HGET', prefix .. 'records:' .. id, log_id)
end
return found
"""

# All or none: not where one has changed since it was read.
_RETRY = """
for at = 2, #ARGV, 7 do
    local id, read, log_id = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    if redis.call('HGET', prefix .. 'records:' .. id, log_id) ~= read then return 0 end
end
for at = 2, #ARGV, 7 do
    write(ARGV[at], at + 2)
    ask(ARGV[at])
end
return 1
"""

_PRUNE = """
local before, left = '(' .. ARGV[2], tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', prefix .. 'notifications', '-inf', before)
for at = 4, #ARGV do
    local records = redis.call('ZRANGEBYSCORE', prefix .. 'state:' .. ARGV[at], '-inf', before, 'LIMIT', 0, left)
    for _, record in ipairs(records) do
        local id, log_id = record:match('^(.*):(.*)$')
        local value = redis.call('HGET', prefix .. 'records:' .. id, log_id)
        local time, place = value:match('^%S+ %S+ (%S+) (%S+)')
        if log_id ~= '' and not is_pruned(id, time, place) then
            redis.call('HSET', complaint(id), 'pruned_time', time, 'pruned_place', place)
        end
        drop(id, log_id)
    end
    left = left - #records
end
return tonumber(ARGV[3]) - left
"""

STEPS = {
    "notify": _COMMON + _NOTIFY,
    "claim": _COMMON + _CLAIM,
    "renew": _COMMON + _RENEW,
    "release": _COMMON + _RELEASE,
    "looked": _COMMON + _LOOKED,
    "update": _COMMON + _UPDATE,
    "find": _COMMON + _FIND,
    "read": _COMMON + _READ,
    "retry": _COMMON + _RETRY,
    "prune": _COMMON + _PRUNE,
}
"""Each step by its name. The first argument is the prefix."""
