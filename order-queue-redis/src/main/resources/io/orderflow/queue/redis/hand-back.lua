-- Gives back messages that this consumer holds and that are too large to be copied: they become those of a holder whose
-- lease is over, and the next look takes them.
-- ARGV: group, consumer, ids.  Returns how many.
local returned = 0
for i = 3, #ARGV do
  local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if held.err then return held end
  if #held == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], 'orderflow-returned.0', 0, ARGV[i], 'IDLE', 3600000, 'JUSTID')
    returned = returned + 1
  end
end
return returned
