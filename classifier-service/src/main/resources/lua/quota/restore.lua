-- Charges posts that were charged on this day before this Redis lost its data, on top of what
-- was charged since, and notes that the account was restored. Repeated, or after add.lua did
-- the same, it charges only what is missing.
--
-- KEYS: account
-- ARGV: pinned time or '', UTC day, posts that were charged on it; 0 if there were none
-- Answers ..., posts charged

local u = usage(clock(ARGV[1]))
if tonumber(ARGV[2]) ~= u.day then return answer(u, 0) end
local before = tonumber(ARGV[3])
local more = math.max(0, before - u.lost)
u.daily = u.daily + more
write(u, 'r', u.day, 'b', math.max(before, u.lost), 'bd', u.day)
return answer(u, more)
