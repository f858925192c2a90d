-- Adds to what networks and users have spent of a day's model budget, and reads it.
--
-- KEYS[1] share:{<UTC day>}:spent, sorted set: names by billionths of a US dollar. Of more
--         names than allowed those that spent least are forgotten.
-- KEYS[2] share:{<UTC day>}:latest, hash: of each kind (the first character of a name) the
--         two that spent last, fields <kind>1 and <kind>2, and when in ms, <kind>1t and <kind>2t
-- ARGV[1] pinned time or ''
-- ARGV[2] names kept at most
-- ARGV[3] ms that both are kept
-- ARGV[4] and on: a name and what it has spent since it was told last, 0 to read only; ...
--
-- Returns what each name has spent, in their order; then, for each of the latest, its name and
-- how many ms ago it spent. All are strings.

local now = ARGV[1]
if now == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
now = tonumber(now)

local latest, fields = {}, redis.call('HGETALL', KEYS[2])
for i = 1, #fields, 2 do latest[fields[i]] = fields[i + 1] end

local reply, changed = {}, false
for i = 4, #ARGV, 2 do
  local name, kind = ARGV[i], string.sub(ARGV[i], 1, 1)
  if tonumber(ARGV[i + 1]) > 0 then
    changed = true
    reply[#reply + 1] = redis.call('ZINCRBY', KEYS[1], ARGV[i + 1], name)
    local first = latest[kind .. '1']
    if first and first ~= name then
      latest[kind .. '2'], latest[kind .. '2t'] = first, latest[kind .. '1t']
    end
    latest[kind .. '1'], latest[kind .. '1t'] = name, string.format('%d', now)
  else
    reply[#reply + 1] = redis.call('ZSCORE', KEYS[1], name) or '0'
  end
end

if changed then
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[2]))
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  for field, value in pairs(latest) do redis.call('HSET', KEYS[2], field, value) end
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end

for _, place in ipairs({ 'n1', 'n2', 'u1', 'u2' }) do
  if latest[place] then
    reply[#reply + 1] = latest[place]
    reply[#reply + 1] = string.format('%d', math.max(0, now - latest[place .. 't']))
  end
end
return reply
