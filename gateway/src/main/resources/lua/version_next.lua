-- Gives the list of changes its next version. It is the time, not a count, so that one that
-- was lost in a fail-over is not given again to another change.
-- KEYS[1] token-versions:{tokens}  hash: changes, adopted
-- ARGV[1] now in ms
-- returns {version, version before}
local before = tonumber(redis.call('HGET', KEYS[1], 'changes') or '0') or 0
local version = math.max(before + 1, tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'changes', string.format('%d', version))
return {version, before}
