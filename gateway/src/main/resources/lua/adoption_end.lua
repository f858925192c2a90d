-- Ends the reservation of an adoption, unless another instance has it.
-- KEYS[1] adopting:{<user>}  the owner of the reservation
-- ARGV[1] whose reservation ends
-- returns 1; 0 when it was not theirs
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
