-- Charges posts that were granted elsewhere, while this Redis was out, whatever the limits
-- say, and once: a repeated call charges nothing. What is charged here already stays as it
-- is, so that a refund or a reset that happened meanwhile stays; but a Redis that lost its
-- data is brought back to what the instance knew.
--
-- KEYS: account, reservation
--   reservation: string, made up for this charge
-- ARGV: pinned time or '', UTC day the posts were granted on, posts granted on it, posts of
--   them granted in the last 60 s, ms that the reservation is kept, posts known to have been
--   charged on that day before, or 0 where this Redis has its data
-- Answers ..., 1 if it charged and 0 if it had before

local u = usage(clock(ARGV[1]))
if not redis.call('SET', KEYS[2], '0 0 0 0 -', 'PX', ARGV[5], 'NX') then return answer(u, 0) end

local daily = 0
if tonumber(ARGV[2]) == u.day then
  u.daily = math.max(u.daily, tonumber(ARGV[6]))
  daily = tonumber(ARGV[3])
  if tonumber(ARGV[6]) > u.lost then write(u, 'b', ARGV[6], 'bd', u.day) end
end
charge(u, daily, tonumber(ARGV[4]))
return answer(u, 1)
