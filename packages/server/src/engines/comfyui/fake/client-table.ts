import type { WebSocket } from 'ws';
import type { Manners } from './manners.js';

/** The sockets by client id, kept as carelessly as the server keeps them. */
export interface ClientTable {
  add(clientId: string, socket: WebSocket, greeting: (send: (type: string, data: unknown) => void) => void): void;
  /** To one client, or to everybody (`null`). */
  send(clientId: string | null, type: string, data: unknown): void;
  sendPicture(clientId: string | null, picture: PictureFrame): void;
  /** Cuts every line without a closing word. */
  cutAll(): void;
  count(): number;
}

export interface PictureFrame {
  mediaType: 'image/jpeg' | 'image/png';
  bytes: Buffer;
  promptId: string;
  nodeId: string;
}

const isAboutAJob = (type: string) => type !== 'status' && type !== 'feature_flags';

export function createClientTable(manners: () => Manners): ClientTable {
  const table = new Map<string, WebSocket>();
  const all = new Set<WebSocket>();
  const withMetadata = new WeakSet<WebSocket>();
  const say = (socket: WebSocket, type: string, data: unknown) => {
    if (manners().deaf && isAboutAJob(type)) return;
    socket.send(JSON.stringify({ type, data }));
  };
  const receivers = (clientId: string | null): WebSocket[] => {
    if (clientId === null) return [...table.values()];
    const found = table.get(clientId);
    return found === undefined ? [] : [found];
  };
  return {
    add(clientId, socket, greeting) {
      table.set(clientId, socket);
      all.add(socket);
      let isFirst = true;
      socket.on('message', (data, isBinary) => {
        if (!isFirst || isBinary) return;
        isFirst = false;
        if (!announcesMetadata((data as Buffer).toString('utf8'))) return;
        withMetadata.add(socket);
        say(socket, 'feature_flags', { supports_preview_metadata: true, max_upload_size: 104_857_600 });
      });
      socket.on('error', () => socket.terminate());
      socket.on('close', () => {
        const { noticesCloseAfterMs, forgetsNewSocket } = manners();
        all.delete(socket);
        setTimeout(() => {
          if (forgetsNewSocket || table.get(clientId) === socket) table.delete(clientId);
        }, noticesCloseAfterMs).unref();
      });
      greeting((type, data) => say(socket, type, data));
    },
    send(clientId, type, data) {
      for (const socket of receivers(clientId)) say(socket, type, data);
    },
    sendPicture(clientId, picture) {
      if (manners().deaf) return;
      for (const socket of receivers(clientId)) {
        const isNew = withMetadata.has(socket) && !manners().oldFrames;
        socket.send(isNew ? frameWithMetadata(picture) : oldFrame(picture));
      }
    },
    cutAll() {
      for (const socket of all) socket.terminate();
    },
    count: () => table.size,
  };
}

function announcesMetadata(text: string): boolean {
  const message = JSON.parse(text) as { type?: unknown; data?: { supports_preview_metadata?: unknown } };
  return message.type === 'feature_flags' && message.data?.supports_preview_metadata === true;
}

function oldFrame({ mediaType, bytes }: PictureFrame): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(1, 0);
  head.writeUInt32BE(mediaType === 'image/jpeg' ? 1 : 2, 4);
  return Buffer.concat([head, bytes]);
}

function frameWithMetadata({ mediaType, bytes, promptId, nodeId }: PictureFrame): Buffer {
  const metadata = Buffer.from(
    JSON.stringify({
      ...{ node_id: nodeId, prompt_id: promptId, display_node_id: nodeId, parent_node_id: null },
      ...{ real_node_id: nodeId, image_type: mediaType },
    }),
  );
  const head = Buffer.alloc(8);
  head.writeUInt32BE(4, 0);
  head.writeUInt32BE(metadata.length, 4);
  return Buffer.concat([head, metadata, bytes]);
}
