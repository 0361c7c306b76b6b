import { AnswerError, type ServerCalls } from './server-calls.js';
import type { Model } from './wire.js';

/** What a server of this family can do, as a probe found it. */
export interface ServerTraits {
  /** For people; nothing is decided by it. */
  title: string;
  /** How it says how far it is: of one task, of everything it does, or not at all. */
  tells: 'task' | 'all' | 'nothing';
  /** Whether all counters start anew with every part of the work (SD.Next), or count over the whole request. */
  countsParts: boolean;
  models: readonly Model[];
  samplers: readonly string[];
  controls: { models: readonly string[]; modules: readonly string[] } | null;
}

/** Finds out which server it is: by the routes that only one of them has. */
export async function probe(calls: ServerCalls, signal: AbortSignal): Promise<ServerTraits> {
  const progress = await routeStatus(calls, '/sdapi/v1/progress?skip_current_image=true', signal);
  const lists = {
    models: await calls.models(signal),
    samplers: await calls.samplers(signal),
    controls: await calls.controls(signal),
  };
  const none = { countsParts: false };
  if (progress === 404) {
    // Whatever has none of the family's routes is another server: at a wrong address anything may answer.
    const routes = ['/sdapi/v1/samplers', '/sdapi/v1/sd-models', '/sdcpp/v1/capabilities'];
    const statuses = await Promise.all(routes.map((path) => routeStatus(calls, path, signal)));
    if (statuses.every((status) => status === 404)) throw new AnswerError(404);
    return { title: 'stable-diffusion.cpp', tells: 'nothing', ...none, ...lists };
  }
  if ((await routeStatus(calls, '/sdapi/v1/version', signal)) === 200) {
    return { title: 'SD.Next', tells: 'all', countsParts: true, ...lists, controls: null };
  }
  const forge = (await routeStatus(calls, '/sdapi/v1/sd-modules', signal)) === 200;
  const tells = (await hasTasks(calls, signal)) ? 'task' : 'all';
  return { title: forge ? 'Forge' : 'A1111', tells, ...none, ...lists };
}

/** Following one task needs the web page; without it the route is not there. */
async function hasTasks(calls: ServerCalls, signal: AbortSignal): Promise<boolean> {
  try {
    await calls.task('task(probe)', null, signal);
    return true;
  } catch (thrown) {
    if (thrown instanceof AnswerError) return false;
    throw thrown;
  }
}

async function routeStatus(calls: ServerCalls, path: string, signal: AbortSignal): Promise<number> {
  const status = await calls.look(path, signal);
  if (status === 401 || status === 403 || status >= 500) throw new AnswerError(status);
  return status;
}
