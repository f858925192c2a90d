-- Reads what is charged and charges nothing.
--
-- KEYS: day, burst
-- ARGV: pinned time or ''
-- Answers ...

return answer(usage(KEYS[1], KEYS[2], clock(ARGV[1])))
