import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { type Dialect, type Json, type Principal, RendercastError } from '@rendercast/protocol';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.js';
import type { Bus } from '../events/bus/bus.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Store } from '../stores/store.js';
import { VERSION } from '../version.js';
import type { Access } from './access.js';
import type { Connections } from './connections.js';

/** Whether the house can take jobs now, in words. */
export interface Readiness {
  ready: boolean;
  /** What is wrong, for people; null when nothing is. */
  message: string | null;
}

export interface HouseOptions {
  /** Folder of the built studio; null: none. */
  studioDir: string | null;
  openApi: object;
  readiness(): Readiness | Promise<Readiness>;
  access: Access;
  config: Pick<Config, 'metricsOpen'>;
  metrics: Pick<Metrics, 'text' | 'contentType'>;
  connections: Pick<Connections, 'socketsOf'>;
  store: Pick<Store, 'counts'>;
  bus: Pick<Bus, 'health'>;
}

/** Scripts and styles of our own only; previews are blobs; sockets go where the page came from. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
  "connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** The addresses that belong to the house and to no dialect: `/`, `/docs`, `/health`, `/ready`, `/alive`, `/metrics`. */
export async function registerHouse(
  app: FastifyInstance,
  options: HouseOptions,
  dialects: readonly Dialect[],
): Promise<void> {
  const studioDir =
    options.studioDir !== null && existsSync(join(options.studioDir, 'index.html')) ? options.studioDir : null;
  await app.register(fastifySwagger, {
    mode: 'static',
    specification: { document: options.openApi as never },
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true });
  if (studioDir !== null) {
    await app.register(fastifyStatic, {
      root: join(studioDir, 'assets'),
      prefix: '/assets/',
      decorateReply: true,
      immutable: true,
      maxAge: '1y',
      index: false,
    });
  }

  app.get('/', async (request, reply) => {
    if (studioDir !== null && (request.headers.accept ?? '').includes('text/html')) {
      return reply
        .header('content-security-policy', PAGE_POLICY)
        .header('vary', 'Accept')
        .type('text/html; charset=utf-8')
        .sendFile('index.html', studioDir, { immutable: false, maxAge: 0 });
    }
    return { name: 'Rendercast', version: VERSION, docs: '/docs', jobs: '/v1/jobs', socket: '/v1/stream' };
  });
  app.get('/health', async () => ({
    ...(await foreignHealth(options, dialects)),
    status: 'ok',
    version: VERSION,
    // Degraded is slower, not broken: readers follow the log.
    bus: options.bus.health().degraded === null ? 'ok' : 'degraded',
  }));
  app.get('/alive', () => ({ status: 'ok' }));
  app.get('/ready', async (_request, reply) => {
    const { ready, message } = await options.readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', message });
  });
  app.get('/metrics', async (request, reply) => {
    if (!options.config.metricsOpen) requireOperator(options.access.principalOf(request.raw));
    return reply
      .type(options.metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await options.metrics.text());
  });
}

/** What the clients of some dialects look for beside the house's own fields. */
async function foreignHealth(
  { connections, store }: Pick<HouseOptions, 'connections' | 'store'>,
  dialects: readonly Dialect[],
): Promise<Record<string, Json>> {
  const asked = dialects.filter(({ health }) => health !== undefined);
  if (asked.length === 0) return {};
  // The server is up also while its store cannot be read; `/ready` says so.
  const { queued, running } = await store.counts().catch(() => ({ queued: 0, running: 0 }));
  const fields = asked.map(({ name, health }) => health?.({ sockets: connections.socketsOf(name), queued, running }));
  return Object.assign({}, ...fields) as Record<string, Json>;
}

/** The figures tell how much everybody does, so they are for those who may see everybody's jobs. */
function requireOperator(principal: Principal | null): void {
  if (principal === null)
    throw new RendercastError('unauthorized', "send an operator's key, or set RENDERCAST_METRICS_OPEN=true");
  if (!principal.roles.includes('operator'))
    throw new RendercastError('forbidden', 'this needs a key with the role operator');
}
