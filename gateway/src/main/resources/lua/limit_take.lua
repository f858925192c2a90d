-- The token bucket of Spring Cloud Gateway's RedisRateLimiter (request_rate_limiter.lua), with
-- one key read and one written instead of two each. A bucket that is empty for this request is
-- not written: it is what it was, and fills by the time that passed.
--
-- KEYS: bucket: string, "<tokens> <second at which they were counted>"; expires after twice
--   the time in which an empty bucket fills
-- ARGV: tokens refilled a second, tokens that fit, the time in seconds or '' for Redis's own,
--   tokens to take
-- Answers 1 if they were taken and 0 if not, tokens left

local rate, capacity, requested = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local now = tonumber(ARGV[3]) or tonumber(redis.call('TIME')[1])
local tokens = capacity
local bucket = redis.call('GET', KEYS[1])
if bucket then
  local space = string.find(bucket, ' ', 1, true)
  local passed = now - tonumber(string.sub(bucket, space + 1))
  tokens = tonumber(string.sub(bucket, 1, space - 1))
  if passed < 0 then
    -- the clock was set back: nothing is refilled until it is where it was
    now = now - passed
  else
    tokens = math.min(capacity, tokens + passed * rate)
  end
end
if tokens < requested then return { 0, tokens } end
redis.call('SET', KEYS[1], tokens - requested .. ' ' .. now, 'EX', math.max(1, math.floor(capacity / rate * 2)))
return { 1, tokens - requested }
