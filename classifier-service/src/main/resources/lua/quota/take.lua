-- Remembers posts that were charged and are still being judged, so that asking for them
-- again is not charged a second time.
--
-- KEYS: taken: sorted set, names of posts by the ms at which they are forgotten
-- ARGV: pinned time or '', ms that a name is kept, names kept at most, names joined by commas
-- Answers names kept

local taken, now = KEYS[1], clock(ARGV[1])
redis.call('ZREMRANGEBYSCORE', taken, '-inf', now)
for name in string.gmatch(ARGV[4], '[^,]+') do
  redis.call('ZADD', taken, now + ARGV[2], name)
end
redis.call('ZREMRANGEBYRANK', taken, 0, -1 - tonumber(ARGV[3]))
redis.call('PEXPIRE', taken, ARGV[2])
return { redis.call('ZCARD', taken) }
