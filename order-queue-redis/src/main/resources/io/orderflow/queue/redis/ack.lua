-- Removes messages that this consumer holds; all others are left alone.
-- ARGV: group, consumer, ids.  Returns how many were removed.
local removed = 0
for i = 3, #ARGV do
  local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2])
  if held.err then return held end
  if #held == 1 then
    redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
    removed = removed + redis.call('XDEL', KEYS[1], ARGV[i])
  end
end
return removed
