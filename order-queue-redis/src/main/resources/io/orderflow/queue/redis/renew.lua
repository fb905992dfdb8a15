-- Starts the leases of messages anew that this consumer still holds.
-- ARGV: group, consumer, ids.  Returns the ids of those.
local renewed = {}

-- an entry that was deleted by hand is not held any more; before version 7 that shows in the entry alone
local function isThere(id)
  return redis.REDIS_VERSION_NUM or #redis.call('XRANGE', KEYS[1], id, id) == 1
end

for i = 3, #ARGV do
  local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if held.err then return held end
  if #held == 1 and isThere(ARGV[i]) then
    local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
    if #claimed == 1 then renewed[#renewed + 1] = ARGV[i] end
  end
end
return renewed
