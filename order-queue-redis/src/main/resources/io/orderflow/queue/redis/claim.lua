-- Takes messages over whose lease ended. A holder's name ends with its lease in milliseconds; a name that does not is
-- somebody else's, and has the lease of this consumer.
-- ARGV: group, consumer, own lease, most messages, from where to look, how many to look at.
-- Returns where to look next time ('-' after the last), and for each message: id, deliveries before, fields.
local group, consumer, most, look = ARGV[1], ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[6])
local shortest = 1000
local pending = redis.pcall('XPENDING', KEYS[1], group, 'IDLE', shortest, ARGV[5], '+', look)
if pending.err then return pending end
local nextTime = '-'
if #pending == look then nextTime = '(' .. pending[look][1] end
local taken = {}
for _, held in ipairs(pending) do
  local lease = tonumber(string.match(held[2], '%.(%d+)$') or ARGV[3])
  if held[3] >= lease then
    local entry = redis.call('XRANGE', KEYS[1], held[1], held[1])[1]
    if entry then
      redis.call('XCLAIM', KEYS[1], group, consumer, 0, held[1])
      taken[#taken + 1] = {held[1], held[4], entry[2]}
      if #taken == most then
        nextTime = '(' .. held[1]
        break
      end
    else
      -- deleted by hand while it was held
      redis.call('XACK', KEYS[1], group, held[1])
    end
  end
end
return {nextTime, taken}
