-- Remembers posts that were charged and are still being judged, so that asking for them
-- again is not charged a second time.
--
-- KEYS: account, taken
--   taken: sorted set, names of posts by the ms at which they are forgotten
-- ARGV: pinned time or '', ms that a name is kept, names kept at most, names joined by commas
-- Answers ..., names kept

local u = usage(clock(ARGV[1]))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', u.now)
for name in string.gmatch(ARGV[4], '[^,]+') do
  redis.call('ZADD', KEYS[2], u.now + ARGV[2], name)
end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - tonumber(ARGV[3]))
redis.call('PEXPIRE', KEYS[2], ARGV[2])
write(u, 't', u.now + ARGV[2])
return answer(u, redis.call('ZCARD', KEYS[2]))
