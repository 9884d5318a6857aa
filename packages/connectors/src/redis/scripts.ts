/**
 * What Redis does atomically for a task. All keys of a task have one hash tag, so that they are in one slot of a cluster.
 *
 *   KEYS  fence, base (hash: name → value), task (hash: what is known of the base), staged (hash: version → its description)
 *   ARGV  the caller's fence, then what the script says
 *
 * Loops over ARGV: unpacking thousands of arguments overflows Lua's stack.
 */
const checkFence = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('FENCED another owner took the task') end
local function isBase(version)
  return (redis.call('HGET', KEYS[3], 'version') or '0:') == version
end
`;

/** ARGV: fence, time to live. Gives the fence it replaces. */
export const acquire = `
local before = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
local ttl = tonumber(ARGV[2])
if ttl > 0 then for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ttl) end end
return before
`;

/** ARGV: fence. Gives what is known of the base, then the descriptions of what is staged. */
export const read: string = `${checkFence}
return {redis.call('HGET', KEYS[3], 'description'), redis.call('HVALS', KEYS[4])}
`;

/** ARGV: fence, version of the base, cursor, about how many. Gives the next cursor, names and values in turn. */
export const load: string = `${checkFence}
if not isBase(ARGV[2]) then return redis.error_reply('MISMATCH the base is another version') end
return redis.call('HSCAN', KEYS[2], ARGV[3], 'COUNT', ARGV[4])
`;

/** KEYS[5]: the delta under way. ARGV: fence, names and values in turn. It is no delta before \`stage\` says so. */
export const upload: string = `${checkFence}
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[5], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[5], 3600000)
`;

/**
 * KEYS[5]: the delta under way, KEYS[6] and KEYS[7]: upserts and deletes of the staged delta.
 * ARGV: fence, from, to, description, whether it replaces, time to live, how many deletes, the deletes, names and values in turn.
 */
export const stage: string = `${checkFence}
if ARGV[5] == '0' and not isBase(ARGV[2]) then return redis.error_reply('MISMATCH the base is another version') end
redis.call('UNLINK', KEYS[6], KEYS[7])
if redis.call('EXISTS', KEYS[5]) == 1 then
  redis.call('RENAME', KEYS[5], KEYS[6])
  redis.call('PERSIST', KEYS[6])
end
local ttl, deletes = tonumber(ARGV[6]), tonumber(ARGV[7])
for i = 8, 7 + deletes do redis.call('SADD', KEYS[7], ARGV[i]) end
for i = 8 + deletes, #ARGV, 2 do redis.call('HSET', KEYS[6], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[4], ARGV[3], ARGV[4])
redis.call('HDEL', KEYS[3], 'position')
if ttl > 0 then for i = 1, 7 do redis.call('PEXPIRE', KEYS[i], ttl) end end
`;

/** KEYS[5] and KEYS[6]: upserts and deletes of the delta. ARGV: fence, to, time to live. */
export const promote: string = `${checkFence}
if isBase(ARGV[2]) then return end
local description = redis.call('HGET', KEYS[4], ARGV[2])
if not description then return redis.error_reply('NOTSTAGED the version is not staged') end
local delta = cjson.decode(description)
local ttl = tonumber(ARGV[3])
if delta.replace then
  redis.call('UNLINK', KEYS[2])
  if redis.call('EXISTS', KEYS[5]) == 1 then redis.call('RENAME', KEYS[5], KEYS[2]) end
else
  if not isBase(delta.from) then return redis.error_reply('MISMATCH the base is another version') end
  for _, name in ipairs(redis.call('SMEMBERS', KEYS[6])) do redis.call('HDEL', KEYS[2], name) end
  local cursor = '0'
  repeat
    local page = redis.call('HSCAN', KEYS[5], cursor, 'COUNT', 1000)
    cursor = page[1]
    for i = 1, #page[2], 2 do redis.call('HSET', KEYS[2], page[2][i], page[2][i + 1]) end
  until cursor == '0'
end
redis.call('UNLINK', KEYS[5], KEYS[6])
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[3], 'version', ARGV[2], 'description', description)
if ttl > 0 then for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ttl) end end
`;

/** KEYS[5] …: upserts and deletes of the deltas. ARGV: fence, their versions. */
export const collect: string = `${checkFence}
for i = 2, #ARGV do redis.call('HDEL', KEYS[4], ARGV[i]) end
for i = 5, #KEYS do redis.call('UNLINK', KEYS[i]) end
`;

/** ARGV: fence, position, at least so many. Gives how often evaluation began there. */
export const attempt: string = `${checkFence}
local position, holder, count = unpack(redis.call('HMGET', KEYS[3], 'position', 'holder', 'count'))
local begun = 1
if position == ARGV[2] then begun = tonumber(count) + (holder == ARGV[1] and 0 or 1) end
begun = math.max(begun, tonumber(ARGV[3]))
redis.call('HSET', KEYS[3], 'position', ARGV[2], 'holder', ARGV[1], 'count', begun)
return begun
`;

/** KEYS[5] …: upserts and deletes of the deltas. ARGV: fence. */
export const clear: string = `${checkFence}
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
`;
