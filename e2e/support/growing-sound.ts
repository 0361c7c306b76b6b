/** An answer that is heard as it comes. */
export interface GrowingSound {
  readonly status: number;
  readonly headers: Headers;
  /** Resolves once so many bytes have come; answers what has come. Rejects where the answer ends or is cut before. */
  heard(bytes: number): Promise<Uint8Array>;
  /** Everything, once it has ended well; rejects where it was cut. */
  whole(): Promise<Uint8Array>;
}

/** Asks for a sound and listens from then on. */
export async function openSound(address: string, headers: Record<string, string> = {}): Promise<GrowingSound> {
  const response = await fetch(address, { headers });
  const { status } = response;
  const chunks: Uint8Array[] = [];
  let heardBytes = 0;
  let tell = (): void => undefined;
  const ended = (async () => {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      heardBytes += chunk.length;
      tell();
    }
  })();
  ended.catch(() => undefined); // told to whoever waits
  return {
    status,
    headers: response.headers,
    async heard(bytes) {
      const enough = new Promise<void>((resolve) => {
        tell = () => {
          if (heardBytes >= bytes) resolve();
        };
        tell();
      });
      await Promise.race([enough, ended]);
      if (heardBytes < bytes) throw new Error(`it ended after ${heardBytes} of ${bytes} bytes`);
      return Buffer.concat(chunks);
    },
    async whole() {
      await ended;
      return Buffer.concat(chunks);
    },
  };
}
