-- Takes messages over whose lease ended. A holder's name ends with its lease in milliseconds; a name that does not is
-- somebody else's, and has the lease of this consumer.
-- ARGV: group, consumer, own lease, most messages, most bytes, from where to look, how many to look at, and how often a message
-- may have been delivered before.
-- Returns where to look next time ('-' after the last), for each message: id, deliveries before, what is sent; and how many
-- were left alone because they were delivered too often.
local group, consumer, most, left, look = ARGV[1], ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[7])
local shortest = 1000
local pending = redis.pcall('XPENDING', KEYS[1], group, 'IDLE', shortest, ARGV[6], '+', look)
if pending.err then return pending end
local nextTime = '-'
if #pending == look then nextTime = '(' .. pending[look][1] end
local calm, leftAlone, taken = tonumber(ARGV[8]), 0, {}
for _, held in ipairs(pending) do
  local lease = tonumber(string.match(held[2], '%.(%d+)$') or ARGV[3])
  if held[3] >= lease and held[4] > calm then
    leftAlone = leftAlone + 1
  elseif held[3] >= lease then
    local entry = redis.call('XCLAIM', KEYS[1], group, consumer, 0, held[1])[1]
    if entry then
      local what, bytes = sent(entry[2])
      taken[#taken + 1] = {held[1], held[4], what}
      left = left - bytes
      if #taken == most or left <= 0 then
        nextTime = '(' .. held[1]
        break
      end
    else
      -- deleted by hand while it was held
      redis.call('XACK', KEYS[1], group, held[1])
    end
  end
end
return {nextTime, taken, leftAlone}
