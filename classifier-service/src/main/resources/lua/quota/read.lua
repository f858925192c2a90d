-- Reads what is charged and charges nothing.
--
-- KEYS: account
-- ARGV: pinned time or ''
-- Answers ...

return answer(usage(clock(ARGV[1])))
