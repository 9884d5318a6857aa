/**
 * What Redis does atomically for a task. All keys of a task have one hash tag, so that they are in one slot of a cluster.
 *
 *   KEYS  fence, base (hash: name → value), task (hash: what is known of the base), staged (hash: version → its description),
 *         redo (list: chunks of the base's version that the base does not have yet)
 *   ARGV  the caller's fence, then what the script says
 *
 * A delta is a list of the chunks of its \`PackedEntries\`. Promoting moves the list to \`redo\` and names the new version, at once however
 * large it is; from then on the base is that version. Its chunks are applied one a call, so that no call takes long; whoever
 * reads the base before all are gets UNFINISHED and applies the rest first.
 *
 * Loops over what it unpacks: \`unpack\` of thousands of values overflows Lua's stack.
 */
const checkFence = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return redis.error_reply('FENCED another owner took the task') end
local function isBase(version)
  return (redis.call('HGET', KEYS[3], 'version') or '0:') == version
end
`;

/** Fewer pairs than Lua's stack has room for, in one command: a command for each pair costs twice as much. */
const applyChunk = `
local function applyChunk()
  local chunk = redis.call('LINDEX', KEYS[5], 0)
  if not chunk then return 0 end
  local at, length = 1, #chunk
  local pairs, names, p, n = {}, {}, 0, 0
  while at <= length do
    local nameBytes, valueBytes
    nameBytes, valueBytes, at = struct.unpack('<I4<I4', chunk, at)
    local name = string.sub(chunk, at, at + nameBytes - 1)
    at = at + nameBytes
    if valueBytes == 4294967295 then
      n = n + 1
      names[n] = name
    else
      pairs[p + 1], pairs[p + 2] = name, string.sub(chunk, at, at + valueBytes - 1)
      p = p + 2
      at = at + valueBytes
    end
    if p == 128 then
      redis.call('HSET', KEYS[2], unpack(pairs, 1, p))
      p = 0
    end
    if n == 128 then
      redis.call('HDEL', KEYS[2], unpack(names, 1, n))
      n = 0
    end
  end
  if p > 0 then redis.call('HSET', KEYS[2], unpack(pairs, 1, p)) end
  if n > 0 then redis.call('HDEL', KEYS[2], unpack(names, 1, n)) end
  redis.call('LPOP', KEYS[5])
  return redis.call('LLEN', KEYS[5])
end
`;

const requireFinished = `
if redis.call('EXISTS', KEYS[5]) == 1 then return redis.error_reply('UNFINISHED a promoted delta is not applied yet') end
`;

/** ARGV: fence, time to live. Gives the fence it replaces. */
export const acquire = `
local before = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
local ttl = tonumber(ARGV[2])
if ttl > 0 then for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ttl) end end
return before
`;

/** ARGV: fence. Gives what is known of the base, then the descriptions of what is staged. */
export const read: string = `${checkFence}
return {redis.call('HGET', KEYS[3], 'description'), redis.call('HVALS', KEYS[4])}
`;

/** ARGV: fence, version of the base. For what reads the base in the same transaction: what passes through Lua takes twice as long. */
export const checkBase: string = `${checkFence}
if not isBase(ARGV[2]) then return redis.error_reply('MISMATCH the base is another version') end
${requireFinished}
`;

/** ARGV: fence, two versions of which the base has to be one, names. Gives their values. */
export const get: string = `${checkFence}
if not isBase(ARGV[2]) and not isBase(ARGV[3]) then
  return redis.error_reply('MISMATCH the base is another version')
end
${requireFinished}
local values = {}
for i = 4, #ARGV do values[i - 3] = redis.call('HGET', KEYS[2], ARGV[i]) end
return values
`;

/** KEYS[6]: the delta under way. ARGV: fence, chunks. It is no delta before \`stage\` says so. */
export const upload: string = `${checkFence}
for i = 2, #ARGV do redis.call('RPUSH', KEYS[6], ARGV[i]) end
redis.call('PEXPIRE', KEYS[6], 3600000)
`;

/**
 * KEYS[6]: the delta under way, KEYS[7]: the staged delta.
 * ARGV: fence, from, to, description, whether it replaces, time to live, the last chunks.
 */
export const stage: string = `${checkFence}
if ARGV[5] == '0' and not isBase(ARGV[2]) then return redis.error_reply('MISMATCH the base is another version') end
redis.call('UNLINK', KEYS[7])
if redis.call('EXISTS', KEYS[6]) == 1 then
  redis.call('RENAME', KEYS[6], KEYS[7])
  redis.call('PERSIST', KEYS[7])
end
for i = 7, #ARGV do redis.call('RPUSH', KEYS[7], ARGV[i]) end
redis.call('HSET', KEYS[4], ARGV[3], ARGV[4])
redis.call('HDEL', KEYS[3], 'position')
local ttl = tonumber(ARGV[6])
if ttl > 0 then for i = 1, 7 do redis.call('PEXPIRE', KEYS[i], ttl) end end
`;

/** KEYS[6]: the staged delta. ARGV: fence, to, time to live. Gives how many chunks are still to be applied. */
export const promote: string = `${checkFence}${applyChunk}
if isBase(ARGV[2]) then return redis.call('LLEN', KEYS[5]) end
local description = redis.call('HGET', KEYS[4], ARGV[2])
if not description then return redis.error_reply('NOTSTAGED the version is not staged') end
local delta = cjson.decode(description)
if not delta.replace and not isBase(delta.from) then
  return redis.error_reply('MISMATCH the base is another version')
end
if redis.call('LLEN', KEYS[6]) ~= delta.chunks then return redis.error_reply('INCOMPLETE the staged delta is not whole') end
if delta.replace then redis.call('UNLINK', KEYS[2], KEYS[5])
else
  ${requireFinished}
end
if delta.chunks > 0 then redis.call('RENAME', KEYS[6], KEYS[5]) end
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[3], 'version', ARGV[2], 'description', description)
local left = applyChunk()
local ttl = tonumber(ARGV[3])
if ttl > 0 then for i = 1, 5 do redis.call('PEXPIRE', KEYS[i], ttl) end end
return left
`;

/** ARGV: fence. Applies a chunk of what is promoted; gives how many are left. */
export const advance: string = `${checkFence}${applyChunk}
return applyChunk()
`;

/** KEYS[6] …: the deltas. ARGV: fence, their versions. */
export const collect: string = `${checkFence}
for i = 2, #ARGV do redis.call('HDEL', KEYS[4], ARGV[i]) end
for i = 6, #KEYS do redis.call('UNLINK', KEYS[i]) end
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

/** KEYS[6] …: the deltas. ARGV: fence. */
export const clear: string = `${checkFence}
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
`;
