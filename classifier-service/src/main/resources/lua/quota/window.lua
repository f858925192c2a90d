-- What the quota scripts share; it is put in front of each of them.
--
-- day_key: hash. d = UTC day, counted from 1970-01-01; n = posts charged on it.
-- burst_key: hash. One field a slot of 500 ms that posts were charged in, at most 121 of
--   them, named by its number since 1970. Its value is posts * 500 + the millisecond of
--   the slot in which it was charged last. All of a slot leaves the window together, 60 s
--   after that millisecond: what is charged is never forgotten early, and a lone request
--   is forgotten to the millisecond.

local DAY, WINDOW, SLOT = 86400000, 60000, 500

-- The time in milliseconds: Redis's own, unless a test pins it.
local function clock(pinned)
  if pinned ~= '' then return tonumber(pinned) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- What is charged at the moment: today (counted: whether the key knows of today), and in the 60 s; when the first and when the last
-- of the latter leave; and the fields of slots that have left.
local function usage(day_key, burst_key, now)
  local u = { now = now, day = math.floor(now / DAY), daily = 0, burst = 0, first = now, last = now, gone = {} }
  local day = redis.call('HMGET', day_key, 'd', 'n')
  if day[1] and tonumber(day[1]) == u.day then u.counted, u.daily = true, tonumber(day[2]) end
  local slots = redis.call('HGETALL', burst_key)
  for i = 1, #slots, 2 do
    local value = tonumber(slots[i + 1])
    local leaves = tonumber(slots[i]) * SLOT + value % SLOT + WINDOW
    if leaves <= now then
      u.gone[#u.gone + 1] = slots[i]
    else
      u.burst = u.burst + math.floor(value / SLOT)
      if not u.first_slot or leaves < u.first then
        u.first, u.first_slot = leaves, tonumber(slots[i])
      end
      if leaves > u.last then u.last = leaves end
    end
  end
  return u
end

-- Charges posts to the day and to a slot; fewer than 0 are given back. Nothing goes below 0.
local function charge(day_key, burst_key, u, daily, slot, posts)
  u.daily = math.max(0, u.daily + daily)
  redis.call('HSET', day_key, 'd', u.day, 'n', u.daily)
  redis.call('PEXPIRE', day_key, (u.day + 1) * DAY - u.now + WINDOW)
  if #u.gone > 0 then redis.call('HDEL', burst_key, unpack(u.gone)) end
  if posts == 0 then return end
  local field = string.format('%d', slot)
  local value = tonumber(redis.call('HGET', burst_key, field) or '0')
  local count, offset = math.floor(value / SLOT), value % SLOT
  posts = math.max(posts, -count)
  u.burst = u.burst + posts
  if posts > 0 then
    offset = math.max(offset, u.now % SLOT)
    u.last = math.max(u.last, slot * SLOT + offset + WINDOW)
    if not u.first_slot or u.first_slot == slot then u.first = slot * SLOT + offset + WINDOW end
  end
  if count + posts > 0 then
    redis.call('HSET', burst_key, field, string.format('%d', (count + posts) * SLOT + offset))
  else
    redis.call('HDEL', burst_key, field)
  end
  redis.call('PEXPIRE', burst_key, WINDOW + SLOT)
end

-- What every quota script answers: the time, the posts charged today and in the 60 s,
-- when the first and the last of the latter leave, and then what is its own.
local function answer(u, ...)
  local reply = { u.now, u.daily, u.burst, u.first, u.last }
  for _, own in ipairs({ ... }) do reply[#reply + 1] = own end
  return reply
end
