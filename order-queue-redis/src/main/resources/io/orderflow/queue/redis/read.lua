-- Takes messages that nobody was given, one by one, until there are so many or so many bytes.
-- ARGV: group, consumer, most messages, most bytes.
-- Returns whether there may be more, and for each message: id, deliveries before, what is sent.
local most, left = tonumber(ARGV[3]), tonumber(ARGV[4])
local taken = {}
while #taken < most and left > 0 do
  local read = redis.pcall('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', 1, 'STREAMS', KEYS[1], '>')
  if read and read.err then return read end
  if not read then return {0, taken} end
  local entry = read[1][2][1]
  local what, bytes = sent(entry[2])
  taken[#taken + 1] = {entry[1], 0, what}
  left = left - bytes
end
return {1, taken}
