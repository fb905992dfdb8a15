-- Removes a consumer from the group unless it holds messages, which would be nobody's then.
-- ARGV: group, consumer.  Returns 1 if it is gone.
local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
if held.err then return held end
if #held > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
