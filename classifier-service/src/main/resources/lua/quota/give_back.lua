-- Gives back posts of a reservation that were not judged, once: a repeated call gives back
-- nothing. A reservation that is not there is marked as given back, so that a charge that
-- arrives later than this charges nothing. If the caller knows that it was charged and not
-- given back, its record has expired, and the posts are given back to the day of the charge;
-- they have left the 60 s.
--
-- KEYS: account, reservation, taken[, idempotency], as in reserve.lua
-- ARGV: pinned time or '', posts, ms that the reservation is kept, UTC day on which the posts
--   were charged where that is known, or ''
-- Answers ..., posts given back, 1 if the reservation was not there and 0 if it was

local u = usage(clock(ARGV[1]))

local function unpay(posts)
  if KEYS[4] and redis.call('EXISTS', KEYS[4]) == 1 then
    local paid = tonumber(redis.call('GET', KEYS[4])) - posts
    redis.call('SET', KEYS[4], math.max(0, paid), 'KEEPTTL')
  end
end

local known = redis.call('GET', KEYS[2])
if not known then
  redis.call('SET', KEYS[2], '0 0 0 0 -', 'PX', ARGV[3])
  local posts = 0
  if ARGV[4] ~= '' then
    posts = tonumber(ARGV[2])
    if tonumber(ARGV[4]) == u.day then u.daily = math.max(0, u.daily - posts) end
    unpay(posts)
  end
  write(u, 'x', math.max(u.x, u.now + ARGV[3]))
  return answer(u, posts, 1)
end

local day, slot, charged, granted, open = string.match(known, '^(%d+) (%d+) (%d+) (%d+) ([+-])$')
if open == '-' then return answer(u, 0, 0) end

local posts = math.min(tonumber(ARGV[2]), tonumber(charged))
for at = 1, #u.entries, SIZE do
  local leaves, in_slot = struct.unpack(ENTRY, u.entries, at)
  if math.floor((leaves - WINDOW) / SLOT) == tonumber(slot) then
    local off = math.min(posts, in_slot)
    local rest = off < in_slot and struct.pack(ENTRY, leaves, in_slot - off) or ''
    u.entries = string.sub(u.entries, 1, at - 1) .. rest .. string.sub(u.entries, at + SIZE)
    u.burst, u.changed = u.burst - off, true
    u.first = u.entries ~= '' and struct.unpack('>I6', u.entries) or u.now
    u.last = u.entries ~= '' and struct.unpack('>I6', u.entries, #u.entries - SIZE + 1) or u.now
    break
  end
end
charge(u, tonumber(day) == u.day and -posts or 0, 0)
redis.call('SET', KEYS[2], string.format('%s %s %s %s -', day, slot, charged, granted), 'PX', ARGV[3])
unpay(posts)
return answer(u, posts, 0)
