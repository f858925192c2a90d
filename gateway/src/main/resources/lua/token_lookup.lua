-- What is known of a token. Notes that it was used, at most once an hour.
-- KEYS[1] token:{<sha>}  hash: user, tier, created, expires, used, revoked (all times in ms)
-- ARGV[1] how old the note of its last use may be, in ms
-- returns {user, tier, expires, revoked or ''}; an empty list when the token is unknown
local fields = redis.call('HMGET', KEYS[1], 'user', 'tier', 'expires', 'revoked', 'used')
if not fields[1] then
  return {}
end
if not fields[4] then
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if now - tonumber(fields[5] or '0') >= tonumber(ARGV[1]) then
    redis.call('HSET', KEYS[1], 'used', string.format('%d', now))
  end
end
return {fields[1], fields[2], fields[3], fields[4] or ''}
