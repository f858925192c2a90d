-- Names the life of this Redis's data: a Redis that came back empty has another name.
--
-- KEYS: epoch: string, kept for ever
-- ARGV: a name in case there is none
-- Answers the name

local epoch = redis.call('GET', KEYS[1])
if epoch then return epoch end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
