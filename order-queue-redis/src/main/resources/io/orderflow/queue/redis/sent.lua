-- Stands before the scripts that hand messages out.
local LARGEST, BEGINNING, MOST_FIELDS, ROOM = 1048576, 4096, 2000, 64
-- what is larger is not hashed as a whole: the server would do nothing else for seconds
local HASHED = 16777216
-- so many bytes that are only looked at hold up the server, and who waits for it, as much as one that is sent
local LOOKED_AT = 4

-- What is sent of an entry, and how many bytes that counts for: {its fields}; {its message, its length} where much stands beside that;
-- of one whose message is larger than any of ours {the beginning, the length of all, the hash of all or of the beginning}.
local function sent(fields)
  local bytes = 0
  for i = 1, #fields do bytes = bytes + #fields[i] end
  if bytes <= LARGEST + ROOM and #fields <= MOST_FIELDS then return {fields}, bytes end
  local message, parts, deliveries = nil, {}, 0
  for i = 1, #fields, 2 do
    if fields[i] == 'message' then
      message = fields[i + 1]
    elseif fields[i] == 'deliveries' then
      deliveries = deliveries + (tonumber(fields[i + 1]) or 0)
    else
      parts[#parts + 1] = fields[i]
      parts[#parts + 1] = fields[i + 1]
    end
  end
  if message then parts = {message} end
  local length = 0
  for i = 1, #parts do length = length + #parts[i] end
  local kept = {'message', '', 'deliveries', tostring(deliveries)}
  if length <= LARGEST then
    kept[2] = table.concat(parts)
    return {kept, length}, length
  end
  -- neither is put together: that would be one more copy of all
  local beginning, hashes = '', {}
  for i = 1, #parts do
    if #beginning < BEGINNING then beginning = beginning .. string.sub(parts[i], 1, BEGINNING - #beginning) end
    if length <= HASHED then hashes[i] = redis.sha1hex(parts[i]) end
  end
  kept[2] = beginning
  if length > HASHED then hashes = {beginning} end
  return {kept, length, redis.sha1hex(table.concat(hashes))}, BEGINNING + length / LOOKED_AT
end
