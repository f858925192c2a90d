-- Charges as many posts as both limits leave, all of them or some or none, in one step.
--
-- KEYS: account, reservation, taken[, idempotency]
--   reservation: string, "<day> <slot> <posts charged> <posts granted> <+|->"; + until
--     something was given back. A reservation that is there already is answered as it
--     was and charges nothing, so a repeated call cannot charge twice.
--   taken: sorted set, as in take.lua. A post that is in it is granted and not charged again.
--   idempotency: string, posts paid under this key. Those are granted and not charged again.
-- ARGV: pinned time or '', daily limit, limit in 60 s, posts, ms that the reservation is
--   kept, ms that the idempotency key is kept, names of the posts joined by commas or '',
--   1 where an account that restore.lua has not seen today is to be left alone, else 0
-- Answers ..., posts granted or -1 if it was left alone, what bound them (0 nothing, 1 the day, 2 the 60 s), one
--   character a post granted: 1 if it was charged by this call, 0 if not

local u = usage(clock(ARGV[1]))
local posts = tonumber(ARGV[4])

-- The answer of a reservation that is there already; nil if it is not.
local function repeated()
  local known = redis.call('GET', KEYS[2])
  if not known then return nil end
  local granted = tonumber(string.match(known, '^%d+ %d+ %d+ (%d+)'))
  return answer(u, granted, granted < posts and 2 or 0, '')
end

if u.x > u.now then
  local known = repeated()
  if known then return known end
end

if ARGV[8] == '1' and u.r ~= u.day then return answer(u, -1, 0, '') end

local paid = 0
if KEYS[4] then paid = math.min(posts, tonumber(redis.call('GET', KEYS[4]) or '0')) end

local left_today = math.max(0, tonumber(ARGV[2]) - u.daily)
local left_burst = math.max(0, tonumber(ARGV[3]) - u.burst)
local left = math.min(left_today, left_burst)
local granted, charged, charges

if paid == 0 and (u.t <= u.now or ARGV[7] == '') then
  charged = math.min(posts, left)
  granted, charges = charged, string.rep('1', charged)
else
  local free = {}
  if ARGV[7] ~= '' and u.t > u.now then
    local i = 0
    for name in string.gmatch(ARGV[7], '[^,]+') do
      i = i + 1
      local expires = redis.call('ZSCORE', KEYS[3], name)
      free[i] = expires and tonumber(expires) > u.now
    end
  end
  local each = {}
  granted, charged = 0, 0
  for i = 1, posts do
    if i <= paid or free[i] then
      each[i] = '0'
    elseif charged < left then
      charged = charged + 1
      each[i] = '1'
    else
      break
    end
    granted = i
  end
  charges = table.concat(each)
end
local bound = granted == posts and 0 or left_today <= left_burst and 1 or 2

if charged == 0 then
  return repeated() or answer(u, granted, bound, charges)
end

local record = string.format('%d %d %d %d +', u.day, math.floor(u.now / SLOT), charged, granted)
if not redis.call('SET', KEYS[2], record, 'PX', ARGV[5], 'NX') then return repeated() end
charge(u, charged, charged)
if KEYS[4] then
  if paid > 0 then
    redis.call('SET', KEYS[4], granted, 'KEEPTTL')
  else
    redis.call('SET', KEYS[4], granted, 'PX', ARGV[6])
  end
end
return answer(u, granted, bound, charges)
