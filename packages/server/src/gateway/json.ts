import { RendercastError } from '@rendercast/protocol';

/**
 * Parses JSON from outside. Nesting is counted before parsing, as every later step may recurse.
 *
 * @throws RendercastError `invalid_request` that says where it went wrong.
 */
export function parseJson(text: string, maxNesting: number): unknown {
  if (isTooDeep(text, maxNesting))
    throw new RendercastError('invalid_request', `the JSON is nested deeper than ${maxNesting} levels`);
  try {
    return (MAY_NAME_PROTOTYPE.test(text) ? JSON.parse(text, withoutPrototype) : JSON.parse(text)) as unknown;
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.slice(0, 120) : 'it cannot be read';
    throw new RendercastError('invalid_request', `the body is not valid JSON: ${why}`);
  }
}

/** Where the name may stand, in letters or escaped; looking at every key of every body takes three times as long as parsing. */
const MAY_NAME_PROTOTYPE = /__proto__|\\u/;

/** A key named `__proto__` would become the object's prototype when it is copied. */
function withoutPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** Whether JSON is nested deeper than allowed; of what is no JSON, anything may be said. */
export function isTooDeep(text: string, maxNesting: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 92) index += 1;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) {
      depth += 1;
      if (depth > maxNesting) return true;
    } else if (code === 93 || code === 125) depth -= 1;
  }
  return false;
}
