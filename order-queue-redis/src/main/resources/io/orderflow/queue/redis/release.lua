-- Gives back messages that this consumer holds: each becomes a new entry at the end, which wakes who waits for one.
-- ARGV: group, consumer, ids.  Returns how many.
local group, consumer = ARGV[1], ARGV[2]

local function copy(fields, deliveries)
  local command = {'XADD', KEYS[1], '*'}
  for i = 1, #fields, 2 do
    if fields[i] == 'deliveries' then
      deliveries = deliveries + (tonumber(fields[i + 1]) or 0)
    else
      command[#command + 1] = fields[i]
      command[#command + 1] = fields[i + 1]
    end
  end
  command[#command + 1] = 'deliveries'
  command[#command + 1] = deliveries
  return redis.pcall(unpack(command))
end

local released = 0
for i = 3, #ARGV do
  local id = ARGV[i]
  local held = redis.pcall('XPENDING', KEYS[1], group, id, id, 1, consumer)
  if held.err then return held end
  if #held == 1 then
    local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
    if entry then
      local added = copy(entry[2], held[1][4])
      if type(added) == 'table' then return added end
    end
    redis.call('XACK', KEYS[1], group, id)
    redis.call('XDEL', KEYS[1], id)
    released = released + 1
  end
end
return released
