-- Reserves one try at a call to a model, before it is made, in the budgets of the fleet.
--
-- KEYS[1]  budget:{<model>}:window, hash: what was reserved in each of the last 60 seconds,
--          fields <second>:c (first tries), :x (more tries), :r (requests), :t (tokens)
-- KEYS[2]  budget:{<model>}:spend, hash: day (days since 1970, UTC), nanos (billionths of a US dollar)
-- ARGV[1]  tokens it is estimated to take
-- ARGV[2]  billionths of a US dollar it is estimated to cost
-- ARGV[3]  requests allowed in any 60 s, 0 for no limit
-- ARGV[4]  tokens allowed in any 60 s, 0 for no limit
-- ARGV[5]  billionths of a US dollar allowed a day, 0 for no limit
-- ARGV[6]  day of ARGV[7]
-- ARGV[7]  spent that day, as last known to the caller: a Redis that lost its memory is told
-- ARGV[8]  1 if it is not the first try, else 0
-- ARGV[9]  more tries allowed in 60 s, as a share of the first tries in them
-- ARGV[10] more tries allowed in 60 s however few first tries there are
--
-- Returns  { verdict, second, day, spent, requests, tokens }
--          verdict   0 granted; refused by 1 the daily cap, 2 requests, 3 tokens, 4 more tries
--          second    names the reservation's place in the window
--          spent     today, requests and tokens in the last 60 s, this one included if granted
--
-- Never more than allowed in any 60 s: a second counts until it is a whole minute past.
local time = redis.call('TIME')
local now = tonumber(time[1])
local day = math.floor(now / 86400)
local tokens, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local most_requests, most_tokens, cap = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local again = ARGV[8] == '1'

local spend = redis.call('HMGET', KEYS[2], 'day', 'nanos')
local spent = tonumber(spend[2] or 0)
if not spend[1] then
  spent = tonumber(ARGV[6]) == day and tonumber(ARGV[7]) or 0
elseif tonumber(spend[1]) ~= day then
  spent = 0
end

local sums = { c = 0, x = 0, r = 0, t = 0 }
local window = redis.call('HGETALL', KEYS[1])
for i = 1, #window, 2 do
  local second, kind = string.match(window[i], '^(%d+):(%a)$')
  if tonumber(second) < now - 60 then
    redis.call('HDEL', KEYS[1], window[i])
  else
    sums[kind] = sums[kind] + tonumber(window[i + 1])
  end
end
local requests, used = sums.r, sums.t

local verdict = 0
if cap > 0 and spent + cost > cap then
  verdict = 1
elseif most_requests > 0 and requests + 1 > most_requests then
  verdict = 2
elseif most_tokens > 0 and used + tokens > most_tokens then
  verdict = 3
elseif again and sums.x + 1 > math.max(tonumber(ARGV[10]), math.floor(sums.c * tonumber(ARGV[9]))) then
  verdict = 4
end

if verdict == 0 then
  spent, requests, used = spent + cost, requests + 1, used + tokens
  redis.call('HINCRBY', KEYS[1], now .. (again and ':x' or ':c'), 1)
  redis.call('HINCRBY', KEYS[1], now .. ':r', 1)
  redis.call('HINCRBY', KEYS[1], now .. ':t', tokens)
  redis.call('EXPIRE', KEYS[1], 120)
end
redis.call('HSET', KEYS[2], 'day', day, 'nanos', string.format('%.0f', spent))
redis.call('EXPIRE', KEYS[2], 172800)
return { verdict, now, day, spent, requests, used }
