-- Reserves the adoption of a token for one instance.
-- KEYS[1] adopting:{<user>}  the owner of the reservation
-- ARGV[1] who asks, ARGV[2] the owner that it may be taken from, or '', ARGV[3] how long it
--         lasts in ms
-- returns the owner: who asks, when it was free, taken over, or theirs already
local owner = redis.call('GET', KEYS[1])
if not owner or owner == ARGV[1] or owner == ARGV[2] then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
  return ARGV[1]
end
return owner
