-- Counts the distinct users who met an error today.
-- KEYS[1] errors:{<code>}:<day>  HyperLogLog
-- ARGV[1] ms until the key may go, ARGV[2]... user IDs, may be none
-- returns how many distinct users there are, within 1 %
if #ARGV > 1 then
  redis.call('PFADD', KEYS[1], unpack(ARGV, 2))
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return redis.call('PFCOUNT', KEYS[1])
