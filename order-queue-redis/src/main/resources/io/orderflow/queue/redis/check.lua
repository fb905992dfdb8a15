-- Asks for all that a consumer does, in commands that are wrong in themselves, so that none is executed: what else the server
-- refuses one for is the answer.
-- ARGV: group.  Returns 1, or the refusal.
local group, id = ARGV[1], '0-0'

local function refusal(command, answer)
  if type(answer) ~= 'table' or not answer.err then return nil end
  if string.find(answer.err, 'WRONGTYPE', 1, true) then
    local kind = redis.pcall('TYPE', KEYS[1])
    return {err = 'WRONGTYPE the key ' .. KEYS[1] .. ' holds a ' .. (kind.ok or 'value of another kind') .. ', not a stream'}
  end
  local denied = string.find(answer.err, 'NOPERM', 1, true) or string.find(answer.err, "can't run this command", 1, true)
    -- Valkey's words
    or string.find(answer.err, 'ACL failure in script', 1, true)
  if denied then return {err = 'NOPERM the user may not run ' .. command .. ': ' .. answer.err} end
  return nil
end

local asked = {
  {'XLEN', KEYS[1]},
  {'XPENDING', KEYS[1], group},
  {'XRANGE', KEYS[1], id, id},
  {'XREADGROUP', 'GROUP', group, 'nobody', 'COUNT', 1, 'STREAMS', KEYS[1], 'no-id'},
  {'XCLAIM', KEYS[1], group, 'nobody', 'no-number', id},
  {'XACK', KEYS[1], group, id},
  {'XDEL', KEYS[1], id},
  {'XGROUP', 'CREATE', KEYS[1], group, 'no-id'},
}
for _, command in ipairs(asked) do
  local refused = refusal(command[1], redis.pcall(unpack(command)))
  if refused then return refused end
end
return 1
