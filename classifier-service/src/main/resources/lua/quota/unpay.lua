-- Takes posts that were not judged off an idempotency key, once: a repeated call changes
-- nothing. The posts themselves are given back by add.lua, whose count is then negative;
-- those that pay.lua gave back already are charged again to make up for it. Of posts that
-- were granted on a day that is over neither happens.
--
-- KEYS: account, this refund, payment, idempotency
--   this refund: string
--   payment, idempotency: string, as in pay.lua
-- ARGV: pinned time or '', posts, ms that this refund is kept, UTC day the posts were granted on
-- Answers ..., posts of them that were charged twice

local u = usage(clock(ARGV[1]))
local posts = tonumber(ARGV[2])
if not redis.call('SET', KEYS[2], 0, 'PX', ARGV[3], 'NX') then return answer(u, 0) end

local twice = tonumber(redis.call('GET', KEYS[3]) or '0')
local again = math.min(twice, posts)
if again > 0 then redis.call('SET', KEYS[3], twice - again, 'KEEPTTL') end
local known = redis.call('GET', KEYS[4])
if known then redis.call('SET', KEYS[4], math.max(0, tonumber(known) - (posts - again)), 'KEEPTTL') end
charge(u, tonumber(ARGV[4]) == u.day and again or 0, 0)
return answer(u, again)
