-- Charges posts that were granted elsewhere, while this Redis was out, whatever the limits
-- say, and once: a repeated call charges nothing.
--
-- KEYS: day, burst, reservation
--   reservation: string, made up for this charge
-- ARGV: pinned time or '', UTC day the posts were granted on, posts known to be charged on
--   it before (a Redis that lost its data is brought back to them; one that has a count of
--   the day is right: posts were given back or the user was reset), posts granted on it,
--   posts of them granted in the last 60 s, ms that the reservation is kept
-- Answers ..., 1 if it charged and 0 if it had before

local day_key, burst_key, reservation = KEYS[1], KEYS[2], KEYS[3]
local u = usage(day_key, burst_key, clock(ARGV[1]))
if not redis.call('SET', reservation, '0 0 0 0 -', 'PX', ARGV[6], 'NX') then return answer(u, 0) end

local daily = 0
if tonumber(ARGV[2]) == u.day then
  if not u.counted then u.daily = tonumber(ARGV[3]) end
  daily = tonumber(ARGV[4])
end
charge(day_key, burst_key, u, daily, math.floor(u.now / SLOT), tonumber(ARGV[5]))
return answer(u, 1)
