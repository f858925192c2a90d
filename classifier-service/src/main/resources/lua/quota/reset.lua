-- Forgets what is charged to a user today. The day's count stays, as 0, so that add.lua can
-- tell a reset from a Redis that lost its data.
--
-- KEYS: day, burst
-- ARGV: pinned time or ''
-- Answers ...

local now = clock(ARGV[1])
local day = math.floor(now / DAY)
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'd', day, 'n', 0)
redis.call('PEXPIRE', KEYS[1], (day + 1) * DAY - now + WINDOW)
return answer(usage(KEYS[1], KEYS[2], now))
