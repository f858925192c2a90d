-- Records that posts were granted elsewhere under an idempotency key, while this Redis was
-- out, once: a repeated call changes nothing. The posts themselves are charged by add.lua.
-- Those that were charged here under the same key meanwhile were charged twice: they are
-- given back to the day if they were granted on it, and leave the 60 s by themselves.
--
-- KEYS: account, payment, idempotency
--   payment: string, posts that were charged twice
--   idempotency: string, as in reserve.lua
-- ARGV: pinned time or '', posts granted, those of them that were charged, ms that the
--   idempotency key is kept, ms that the payment is kept, UTC day the posts were granted on
-- Answers ..., posts charged twice

local u = usage(clock(ARGV[1]))
local granted, charged = tonumber(ARGV[2]), tonumber(ARGV[3])
if not redis.call('SET', KEYS[2], 0, 'PX', ARGV[5], 'NX') then return answer(u, 0) end

local known = redis.call('GET', KEYS[3])
if not known then
  redis.call('SET', KEYS[3], granted, 'PX', ARGV[4])
  return answer(u, 0)
end

local paid = tonumber(known)
local twice = math.max(0, math.min(paid, granted) - (granted - charged))
redis.call('SET', KEYS[2], twice, 'KEEPTTL')
redis.call('SET', KEYS[3], math.max(paid, granted), 'KEEPTTL')
charge(u, tonumber(ARGV[6]) == u.day and -twice or 0, 0)
return answer(u, twice)
