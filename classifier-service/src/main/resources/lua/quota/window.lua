-- What the quota scripts share; it is put in front of each of them.
--
-- KEYS[1], the account of a user: hash.
--   d = UTC day, counted from 1970-01-01; n = posts charged on it.
--   w = the window of 60 s, packed: the posts in it (4 bytes), then one entry of 10 bytes for
--     each slot of 500 ms in which posts were charged, the oldest first, at most 121: the ms
--     at which the slot leaves the window (6 bytes) and its posts (4 bytes). All of a slot
--     leaves together, 60 s after the millisecond in which it was charged last: what is
--     charged is never forgotten early, and a lone request is forgotten to the millisecond.
--     A script looks at the entries that have left and at the last one, whatever the length.
--   t = the ms until which pending posts may be recorded in `taken`.
--   r = the UTC day for which restore.lua has seen the account; b = posts of the day bd that
--     were charged before this Redis lost its data, as far as they were added here again.
--   x = the ms until which a reservation may be there that was given back before it was made.
--   Fields named by a number are slots of an earlier version, which had one field for each:
--     posts * 500 + the millisecond of the slot. They count, and are moved into w.
-- The account expires ten minutes after its day: the expiry is set with the day.

-- A script runs from its first line for each request, so that functions, tables and strings
-- that are made on the way cost more than the commands: what is rare is made where it is needed.

local DAY, WINDOW, SLOT = 86400000, 60000, 500
local TOTAL, ENTRY, HEAD, SIZE = '>I4', '>I6I4', 4, 10

-- The time in milliseconds: Redis's own, unless a test pins it.
local function clock(pinned)
  if pinned ~= '' then return tonumber(pinned) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- What is charged at the moment: today, and in the 60 s; when the first and when the last
-- of the latter leave; and the entries that have not left.
local function usage(now)
  local u = { now = now, day = math.floor(now / DAY), daily = 0, burst = 0, first = now, last = now,
    entries = '', changed = false, lost = 0, t = 0, x = 0, d = 0, n = 0 }
  local fields, packed, old = redis.call('HGETALL', KEYS[1]), '', nil
  for i = 1, #fields, 2 do
    local name = fields[i]
    if name == 'w' then
      packed = fields[i + 1]
    elseif tonumber(name) then
      old = old or {}
      old[name] = tonumber(fields[i + 1])
    else
      u[name] = tonumber(fields[i + 1])
    end
  end
  if #packed > HEAD then
    local at, leaves, posts = HEAD + 1, struct.unpack(ENTRY, packed, HEAD + 1)
    u.burst = struct.unpack(TOTAL, packed)
    while leaves <= now do
      u.burst, at = u.burst - posts, at + SIZE
      if at > #packed then break end
      leaves, posts = struct.unpack(ENTRY, packed, at)
    end
    if at <= #packed then
      u.entries = string.sub(packed, at)
      u.first, u.last = leaves, struct.unpack('>I6', packed, #packed - SIZE + 1)
    end
  end
  if old then
    -- moves the slots of an earlier version to the entries
    local all = {}
    for at = 1, #u.entries, SIZE do
      local leaves, posts = struct.unpack(ENTRY, u.entries, at)
      all[#all + 1] = { leaves, posts }
    end
    u.old = {}
    for name, value in pairs(old) do
      u.old[#u.old + 1] = name
      local leaves = tonumber(name) * SLOT + value % SLOT + WINDOW
      if leaves > now and value >= SLOT then all[#all + 1] = { leaves, math.floor(value / SLOT) } end
    end
    table.sort(all, function(a, b) return a[1] < b[1] end)
    u.burst, u.changed = 0, true
    for i, entry in ipairs(all) do
      u.burst = u.burst + entry[2]
      all[i] = struct.pack(ENTRY, entry[1], entry[2])
      if i == 1 then u.first = entry[1] end
      u.last = entry[1]
    end
    u.entries = table.concat(all)
  end
  if u.d == u.day then u.daily = u.n end
  if u.bd == u.day then u.lost = u.b end
  return u
end

-- Writes fields of the account, and its expiry where it is new or of another day.
local function write(u, ...)
  if u.old then redis.call('HDEL', KEYS[1], unpack(u.old)) end
  if u.changed then
    redis.call('HSET', KEYS[1], 'd', u.day, 'n', u.daily, 'w', struct.pack(TOTAL, u.burst) .. u.entries, ...)
  else
    redis.call('HSET', KEYS[1], 'd', u.day, 'n', u.daily, ...)
  end
  if u.d ~= u.day then redis.call('PEXPIRE', KEYS[1], (u.day + 1) * DAY - u.now + 10 * WINDOW + SLOT) end
end

-- Charges posts to the day, and 0 or more to the slot of the moment. If Redis's clock was set
-- back, they count with the last slot, and leave with it.
local function charge(u, daily, posts)
  u.daily = math.max(0, u.daily + daily)
  if posts > 0 then
    local slot, leaves = math.floor(u.now / SLOT), u.now + WINDOW
    local entries, of_slot = u.entries, posts
    if entries ~= '' then
      local last, before = struct.unpack(ENTRY, entries, #entries - SIZE + 1)
      if math.floor((last - WINDOW) / SLOT) >= slot then
        entries, leaves, of_slot = string.sub(entries, 1, -SIZE - 1), math.max(last, leaves), before + posts
      end
    end
    if entries == '' then u.first = leaves end
    u.entries, u.last = entries .. struct.pack(ENTRY, leaves, of_slot), leaves
    u.burst, u.changed = u.burst + posts, true
  end
  write(u)
end

-- What every quota script answers: the time, the posts charged today and in the 60 s,
-- when the first and the last of the latter leave, and then what is its own.
local function answer(u, ...)
  return { u.now, u.daily, u.burst, u.first, u.last, ... }
end
