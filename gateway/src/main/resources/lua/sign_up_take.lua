-- Takes a sign-up from the buckets of a device and its networks, or from none; or gives one
-- back. Each bucket is a GCRA (generic cell rate algorithm, ITU-T I.371): its one number is
-- the time at which it will be full again. The device's bucket counts, and is written, only
-- while a network is short.
-- KEYS[1] sign-up:{<network>}:<device>, KEYS[2] and, for IPv6, KEYS[3] the networks around it;
--         all of one hash tag
-- ARGV[1] 1 to take, -1 to give back, ARGV[2] now in ms; then for each key
-- ms in which one sign-up is refilled, how many the bucket holds, and how many are taken
-- before a network is short (ignored for the device)
-- returns 0 when taken or given back; else ms until each bucket has one. A refusal writes
-- nothing.
local count = tonumber(ARGV[1])
local now = tonumber(ARGV[2])
local full = {}
full[1] = redis.call('GET', KEYS[1])
full[2] = redis.call('GET', KEYS[2])
if KEYS[3] then
  full[3] = redis.call('GET', KEYS[3])
end
local wait = 0
local device_wait = 0
local short = false
for i = 1, #KEYS do
  local every = tonumber(ARGV[3 * i])
  local holds = tonumber(ARGV[3 * i + 1])
  local short_at = tonumber(ARGV[3 * i + 2])
  full[i] = math.max(tonumber(full[i] or '0') or 0, now) + count * every
  local over = full[i] - now - holds * every
  if i == 1 then
    device_wait = over
  else
    wait = math.max(wait, over)
    -- as it is with this sign-up, taken or not yet given back
    local taken = math.max(full[i], full[i] - count * every) - now
    short = short or taken > short_at * every
  end
end
if short then
  wait = math.max(wait, device_wait)
end
if count > 0 and wait > 0 then
  return math.ceil(wait)
end
if short then
  redis.call('SET', KEYS[1], string.format('%d', full[1]), 'PX', math.max(1, math.ceil(full[1] - now)))
end
redis.call('SET', KEYS[2], string.format('%d', full[2]), 'PX', math.max(1, math.ceil(full[2] - now)))
if KEYS[3] then
  redis.call('SET', KEYS[3], string.format('%d', full[3]), 'PX', math.max(1, math.ceil(full[3] - now)))
end
return 0
