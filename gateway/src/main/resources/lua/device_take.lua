-- Counts an account against a device, unless it has had its share today.
-- KEYS[1] device:{<keyed hash>}  counter; the hash's key changes at 00:00 UTC
-- ARGV[1] accounts a device may have a day, ARGV[2] ms until the counter may go
-- returns 1 when counted, 0 when the device has had its share
if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[1]) then
  return 0
end
if redis.call('INCR', KEYS[1]) == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 1
