-- Charges as many posts as both limits leave, all of them or some or none, in one step.
--
-- KEYS: day, burst, reservation, taken[, idempotency]
--   reservation: string, "<day> <slot> <posts charged> <posts granted> <+|->"; + until
--     something was given back. A reservation that is there already is answered as it
--     was and charges nothing, so a repeated call cannot charge twice.
--   taken: sorted set, as in take.lua. A post that is in it is granted and not charged again.
--   idempotency: string, posts paid under this key. Those are granted and not charged again.
-- ARGV: pinned time or '', daily limit, limit in 60 s, posts, ms that the reservation is
--   kept, ms that the idempotency key is kept, names of the posts joined by commas or ''
-- Answers ..., posts granted, what bound them (0 nothing, 1 the day, 2 the 60 s), one
--   character a post granted: 1 if it was charged by this call, 0 if not

local day_key, burst_key, reservation, taken, idempotency = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local u = usage(day_key, burst_key, clock(ARGV[1]))
local posts = tonumber(ARGV[4])

local known = redis.call('GET', reservation)
if known then
  local granted = tonumber(string.match(known, '^%d+ %d+ %d+ (%d+)'))
  return answer(u, granted, granted < posts and 2 or 0, '')
end

local paid = 0
if idempotency then paid = math.min(posts, tonumber(redis.call('GET', idempotency) or '0')) end

local left_today = math.max(0, tonumber(ARGV[2]) - u.daily)
local left_burst = math.max(0, tonumber(ARGV[3]) - u.burst)
local left = math.min(left_today, left_burst)

local free = {}
if ARGV[7] ~= '' and redis.call('EXISTS', taken) == 1 then
  local i = 0
  for name in string.gmatch(ARGV[7], '[^,]+') do
    i = i + 1
    local expires = redis.call('ZSCORE', taken, name)
    free[i] = expires and tonumber(expires) > u.now
  end
end

local granted, charged, bound, charges = 0, 0, 0, {}
for i = 1, posts do
  if i <= paid or free[i] then
    charges[i] = '0'
  elseif charged < left then
    charged = charged + 1
    charges[i] = '1'
  else
    bound = left_today <= left_burst and 1 or 2
    break
  end
  granted = i
end

if charged > 0 then
  local slot = math.floor(u.now / SLOT)
  charge(day_key, burst_key, u, charged, slot, charged)
  redis.call('SET', reservation, string.format('%d %d %d %d +', u.day, slot, charged, granted), 'PX', ARGV[5])
  if idempotency then
    if paid > 0 then
      redis.call('SET', idempotency, granted, 'KEEPTTL')
    else
      redis.call('SET', idempotency, granted, 'PX', ARGV[6])
    end
  end
end
return answer(u, granted, bound, table.concat(charges))
