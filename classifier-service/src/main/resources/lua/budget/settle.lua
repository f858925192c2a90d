-- Corrects a reservation by what the call really took.
--
-- KEYS[1]  budget:{<model>}:window, as in reserve.lua
-- KEYS[2]  budget:{<model>}:spend, as in reserve.lua
-- ARGV[1]  second of the reservation, 0 for none
-- ARGV[2]  day of the reservation
-- ARGV[3]  requests to add, or to take back if negative
-- ARGV[4]  tokens to add or take back
-- ARGV[5]  billionths of a US dollar to add or take back
-- ARGV[6]  c or x if the try was never made and counts no longer as one, else empty
--
-- Returns  { day, spent }: today, as it is now
--
-- What has left the window, and what belongs to another day, is forgotten. Never below zero.
local time = redis.call('TIME')
local now = tonumber(time[1])
local day = math.floor(now / 86400)

local function add(field, amount)
  local before = redis.call('HGET', KEYS[1], field)
  if before then
    redis.call('HSET', KEYS[1], field, string.format('%.0f', math.max(0, tonumber(before) + tonumber(amount))))
  end
end

add(ARGV[1] .. ':r', ARGV[3])
add(ARGV[1] .. ':t', ARGV[4])
if ARGV[6] ~= '' then
  add(ARGV[1] .. ':' .. ARGV[6], -1)
end

local spend = redis.call('HMGET', KEYS[2], 'day', 'nanos')
local spent = tonumber(spend[1] or day) == day and tonumber(spend[2] or 0) or 0
if tonumber(ARGV[2]) == day then
  spent = math.max(0, spent + tonumber(ARGV[5]))
  redis.call('HSET', KEYS[2], 'day', day, 'nanos', string.format('%.0f', spent))
  redis.call('EXPIRE', KEYS[2], 172800)
end
return { day, spent }
