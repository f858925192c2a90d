-- Gives back posts of a reservation that were not judged, once: a repeated call gives back
-- nothing. A reservation that is not there is marked as given back, so that a charge that
-- arrives later than this charges nothing.
--
-- KEYS: account, reservation, taken[, idempotency], as in reserve.lua
-- ARGV: pinned time or '', posts, ms that the reservation is kept
-- Answers ..., posts given back

local u = usage(clock(ARGV[1]))

local known = redis.call('GET', KEYS[2])
if not known then
  redis.call('SET', KEYS[2], '0 0 0 0 -', 'PX', ARGV[3])
  write(u, { 'x', math.max(u.x, u.now + ARGV[3]) })
  return answer(u, 0)
end

local day, slot, charged, granted, open = string.match(known, '^(%d+) (%d+) (%d+) (%d+) ([+-])$')
if open == '-' then return answer(u, 0) end

local posts = math.min(tonumber(ARGV[2]), tonumber(charged))
charge(u, tonumber(day) == u.day and -posts or 0, tonumber(slot), -posts)
redis.call('SET', KEYS[2], string.format('%s %s %s %s -', day, slot, charged, granted), 'PX', ARGV[3])
if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 1 then
  local paid = tonumber(redis.call('GET', KEYS[4])) - posts
  redis.call('SET', KEYS[4], math.max(0, paid), 'KEEPTTL')
end
return answer(u, posts)
