-- Ends the buying of a verdict: keeps it, unless a newer one is there, and gives the lease
-- up, if it is still the owner's.
--
-- KEYS[1]  verdict:{key}  an entry: '1', label, judged-at in ms (see Entry)
-- KEYS[2]  lease:{key}    owner of the lease
-- ARGV[1]  owner
-- ARGV[2]  the entry, or '' where none was got
-- ARGV[3]  ms until the entry is of no use
--
-- Returns 1 if the entry was kept, else 0.
local kept = 0
if ARGV[2] ~= '' then
  local old = redis.call('GET', KEYS[1])
  local newer = false
  if old and string.sub(old, 1, 1) == '1' then
    local judged = tonumber(string.sub(old, 3))
    newer = judged and judged > tonumber(string.sub(ARGV[2], 3))
  end
  if not newer then
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    kept = 1
  end
end
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
return kept
