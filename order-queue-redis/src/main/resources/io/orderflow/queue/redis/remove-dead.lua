-- Removes consumers of ours that hold nothing and were silent for long: their processes died.
-- ARGV: group, silent for how many milliseconds.  Returns how many.
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then return consumers end
local removed = 0
for _, pairs in ipairs(consumers) do
  local consumer = {}
  for i = 1, #pairs, 2 do consumer[pairs[i]] = pairs[i + 1] end
  if consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) and string.match(consumer.name, '^orderflow%-.*%.%d+$') then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed = removed + 1
  end
end
return removed
