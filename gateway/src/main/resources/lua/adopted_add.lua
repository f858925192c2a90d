-- Adds an account to the filter of adopted tokens.
-- KEYS[1] adopted:{tokens}  Bloom filter, see AdoptedFilter
-- KEYS[2] token-versions:{tokens}  hash: changes, adopted
-- ARGV positions of the bits
-- returns the new version of the filter
for i = 1, #ARGV do
  redis.call('SETBIT', KEYS[1], ARGV[i], 1)
end
return redis.call('HINCRBY', KEYS[2], 'adopted', 1)
