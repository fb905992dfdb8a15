-- Starts the leases of messages anew that this consumer still holds.
-- ARGV: group, consumer, ids.  Returns the ids of those.
local renewed = {}
for i = 3, #ARGV do
  local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if held.err then return held end
  -- an entry that was deleted by hand is not held any more
  if #held == 1 and #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) == 1 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
    renewed[#renewed + 1] = ARGV[i]
  end
end
return renewed
