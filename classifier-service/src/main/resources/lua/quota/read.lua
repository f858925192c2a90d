-- Reads what is charged and charges nothing.
--
-- KEYS: account
-- ARGV: pinned time or ''
-- Answers ..., 1 if restore.lua has seen the account today, else 0

local u = usage(clock(ARGV[1]))
return answer(u, u.r == u.day and 1 or 0)
