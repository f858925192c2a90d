-- Looks a verdict up and, where there is no fresh one, claims the right to buy it.
-- Claiming again renews the lease.
--
-- KEYS[1]  verdict:{key}  an entry: '1', label, judged-at in ms (see Entry)
-- KEYS[2]  lease:{key}    owner of the lease
-- ARGV[1]  owner who claims
-- ARGV[2]  ms the lease lasts unless it is renewed
-- ARGV[3]  a verdict given after this, in ms since 1970, is fresh
--
-- Returns the entry if it is fresh, 'mine' if the lease is now the owner's, else 'taken'.
local entry = redis.call('GET', KEYS[1])
if entry and string.sub(entry, 1, 1) == '1' then
  local judged = tonumber(string.sub(entry, 3))
  if judged and judged > tonumber(ARGV[3]) then
    return entry
  end
end
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then
  return 'taken'
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 'mine'
