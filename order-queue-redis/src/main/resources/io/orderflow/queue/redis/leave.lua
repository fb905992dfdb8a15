-- Removes a consumer from the group. What it holds, also what it was given without knowing, becomes that of a holder whose
-- lease is over, and the next look takes it: nothing is copied, however large, and a full server allows it.
-- ARGV: group, consumer.  Returns how many messages it held.
local page, count = 500, 0
local held
repeat
  held = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', page, ARGV[2])
  if held.err then return held end
  for _, message in ipairs(held) do
    redis.call('XCLAIM', KEYS[1], ARGV[1], 'orderflow-returned.0', 0, message[1], 'IDLE', 3600000, 'JUSTID')
  end
  count = count + #held
until #held < page
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return count
