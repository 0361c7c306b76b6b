import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

/**
 * Keeps a level and tells it, unless one that is as new or newer is kept: stamps are compared by attempt, fact, tick, as
 * everywhere. Answers whether it was told (1) plus whether somebody wants previews (2).
 *
 * KEYS kept levels, wish of the job, wish of its shard
 * ARGV kind, attempt, after, tick, frame, time to live (ms), PUBLISH or SPUBLISH, channel of the job, of the feed
 */
export const TELL_LEVEL = script(`
local wanted = redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 and 2 or 0
local before = redis.call('HGET', KEYS[1], ARGV[1] .. ':stamp')
if before then
  local attempt, after, tick = string.match(before, '^(%S+) (%S+) (%S+)$')
  local order = ARGV[2] - (tonumber(attempt) or -1)
  if order == 0 then order = ARGV[3] - (tonumber(after) or -1) end
  if order == 0 then order = ARGV[4] - (tonumber(tick) or -1) end
  if order <= 0 then return wanted end
end
redis.call('HSET', KEYS[1], ARGV[1] .. ':stamp', ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4], ARGV[1], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call(ARGV[7], ARGV[8], ARGV[5])
redis.call(ARGV[7], ARGV[9], ARGV[5])
return wanted + 1
`);

/**
 * Tells facts; with the end of a job its levels are forgotten.
 *
 * KEYS kept levels · ARGV frame, 1 for an end, PUBLISH or SPUBLISH, channel of the job, of the feed
 */
export const TELL_FACTS = script(`
if ARGV[2] == '1' then redis.call('UNLINK', KEYS[1]) end
redis.call(ARGV[3], ARGV[4], ARGV[1])
redis.call(ARGV[3], ARGV[5], ARGV[1])
return 1
`);

/**
 * Keeps the wish of a process for previews of a job, and tells the process that runs it, which listens to the job's facts.
 *
 * KEYS wish of the job · ARGV process, time to live (ms), PUBLISH or SPUBLISH, channel of the job, frame
 */
export const TELL_WISH = script(`
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call(ARGV[3], ARGV[4], ARGV[5])
return 1
`);

/**
 * Claims the names under a prefix for one house, for a while. Answers 1, or 0 where they are another's.
 *
 * KEYS claim · ARGV house, time to live (ms)
 */
export const CLAIM_NAMES = script(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);
