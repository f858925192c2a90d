-- What the quota scripts share; it is put in front of each of them.
--
-- KEYS[1], the account of a user: hash.
--   d = UTC day, counted from 1970-01-01; n = posts charged on it.
--   One field for each slot of 500 ms in which posts were charged, at most 121 that count,
--     named by its number since 1970. Its value is posts * 500 + the millisecond of the slot
--     in which it was charged last. All of a slot leaves the window together, 60 s after
--     that millisecond: what is charged is never forgotten early, and a lone request is
--     forgotten to the millisecond. Slots that have left are deleted several at a time.
--   t = the ms until which pending posts may be recorded in `taken`.
--   r = the UTC day for which restore.lua has seen the account; b = posts of the day bd that
--     were charged before this Redis lost its data, as far as they were added here again.
--   x = the ms until which a reservation may be there that was given back before it was made.
-- The account expires ten minutes after its day: the expiry is set with the day.

local DAY, WINDOW, SLOT, LAZY = 86400000, 60000, 500, 8

-- The time in milliseconds: Redis's own, unless a test pins it.
local function clock(pinned)
  if pinned ~= '' then return tonumber(pinned) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- What is charged at the moment: today, and in the 60 s; when the first and when the last
-- of the latter leave; and the fields of slots that have left.
local function usage(now)
  local u = { now = now, day = math.floor(now / DAY), daily = 0, burst = 0, first = now, last = now,
    gone = {}, slots = {}, t = 0, x = 0 }
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    local name, value = fields[i], tonumber(fields[i + 1])
    local slot = tonumber(name)
    if not slot then
      u[name] = value
    else
      local leaves = slot * SLOT + value % SLOT + WINDOW
      if leaves <= now or value < SLOT then
        u.gone[#u.gone + 1] = name
      else
        u.slots[slot] = value
        u.burst = u.burst + math.floor(value / SLOT)
        if not u.first_slot or leaves < u.first then u.first, u.first_slot = leaves, slot end
        if leaves > u.last then u.last = leaves end
      end
    end
  end
  if u.d == u.day then u.daily = u.n end
  u.lost = u.bd == u.day and u.b or 0
  return u
end

-- Writes fields of the account, and its expiry where it is new or of another day.
local function write(u, fields)
  if #u.gone >= LAZY then redis.call('HDEL', KEYS[1], unpack(u.gone)) end
  redis.call('HSET', KEYS[1], 'd', u.day, 'n', u.daily, unpack(fields))
  if u.d ~= u.day then redis.call('PEXPIRE', KEYS[1], (u.day + 1) * DAY - u.now + 10 * WINDOW + SLOT) end
end

-- Charges posts to the day and to a slot; fewer than 0 are given back. Nothing goes below 0.
local function charge(u, daily, slot, posts)
  u.daily = math.max(0, u.daily + daily)
  local value = u.slots[slot] or 0
  local count, offset = math.floor(value / SLOT), value % SLOT
  posts = math.max(posts, -count)
  if posts == 0 then return write(u, {}) end
  u.burst = u.burst + posts
  if posts > 0 then
    offset = math.max(offset, u.now % SLOT)
    u.last = math.max(u.last, slot * SLOT + offset + WINDOW)
    if not u.first_slot or u.first_slot == slot then u.first = slot * SLOT + offset + WINDOW end
  end
  write(u, { string.format('%d', slot), string.format('%d', (count + posts) * SLOT + offset) })
end

-- What every quota script answers: the time, the posts charged today and in the 60 s,
-- when the first and the last of the latter leave, and then what is its own.
local function answer(u, ...)
  local reply = { u.now, u.daily, u.burst, u.first, u.last }
  for _, own in ipairs({ ... }) do reply[#reply + 1] = own end
  return reply
end
