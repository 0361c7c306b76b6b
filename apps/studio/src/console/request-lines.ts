import type { Job } from '@rendercast/client';

/** The same request in several languages, ready to be pasted. */
export interface RequestLines {
  curl: string;
  follow: string;
  sdk: string;
  react: string;
}

/** The lines that would submit a job's request again, and follow it. `key`: whether the server wants one. */
export function requestLines(
  job: Pick<Job, 'id' | 'kind' | 'engine' | 'request' | 'tags'>,
  base: string,
  key: boolean,
): RequestLines {
  const server = base.replace(/\/$/, '');
  const body = {
    kind: job.kind,
    ...(job.engine === 'auto' ? {} : { engine: job.engine }),
    ...(job.tags.length === 0 ? {} : { tags: job.tags }),
    request: job.request,
  };
  const auth = key ? ` \\\n  -H "authorization: Bearer $RENDERCAST_API_KEY"` : '';
  const apiKey = key ? ', apiKey: process.env.RENDERCAST_API_KEY' : '';
  return {
    curl: `curl -s ${server}/v1/jobs \\\n  -H 'content-type: application/json'${auth} \\\n  -d ${quoted(JSON.stringify(body))}`,
    follow: `curl -N ${quoted(`${server}/v1/jobs/${encodeURIComponent(job.id)}/events`)}${auth}`,
    sdk: [
      `import { createClient } from '@rendercast/client';`,
      '',
      `const client = createClient({ url: '${server}'${apiKey} });`,
      `const job = await client.submit(${JSON.stringify(body, null, 2)});`,
      'for await (const event of job.events()) console.log(event.type, event.snapshot?.levels.progress?.fraction);',
      'const [output] = await job.result();',
      'console.log(client.address(output.artifact.url));',
      'client.close();',
    ].join('\n'),
    react: [
      `import { JobCard, RendercastProvider } from '@rendercast/client/react';`,
      `import '@rendercast/client/react/styles.css';`,
      '',
      `<RendercastProvider options={{ url: '${server}' }}>`,
      `  <JobCard job="${job.id}" />`,
      '</RendercastProvider>',
    ].join('\n'),
  };
}

/** A word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
