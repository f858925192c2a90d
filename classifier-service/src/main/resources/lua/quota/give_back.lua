-- Gives back posts of a reservation that were not judged, once: a repeated call gives back
-- nothing. A reservation that is not there is marked as given back, so that a charge that
-- arrives later than this charges nothing.
--
-- KEYS: day, burst, reservation, taken[, idempotency], as in reserve.lua
-- ARGV: pinned time or '', posts, ms that the reservation is kept
-- Answers ..., posts given back

local day_key, burst_key, reservation, idempotency = KEYS[1], KEYS[2], KEYS[3], KEYS[5]
local u = usage(day_key, burst_key, clock(ARGV[1]))

local known = redis.call('GET', reservation)
if not known then
  redis.call('SET', reservation, '0 0 0 0 -', 'PX', ARGV[3])
  return answer(u, 0)
end

local day, slot, charged, granted, open = string.match(known, '^(%d+) (%d+) (%d+) (%d+) ([+-])$')
if open == '-' then return answer(u, 0) end

local posts = math.min(tonumber(ARGV[2]), tonumber(charged))
charge(day_key, burst_key, u, tonumber(day) == u.day and -posts or 0, tonumber(slot), -posts)
redis.call('SET', reservation, string.format('%s %s %s %s -', day, slot, charged, granted), 'PX', ARGV[3])
if idempotency and redis.call('EXISTS', idempotency) == 1 then
  local paid = tonumber(redis.call('GET', idempotency)) - posts
  redis.call('SET', idempotency, math.max(0, paid), 'KEEPTTL')
end
return answer(u, posts)
