import type { Verbs } from '../../commands.js';
import type { FileUrl } from '../../dialect.js';
import type { Job } from '../../job.js';
import { base64 } from '../../jpeg-preview.js';
import { imagesOf } from './status.js';

/** The images of a job as addresses, or their bytes in base64; null while there are none. */
export async function imagesIn(
  job: Job,
  format: 'base64' | 'url',
  fileUrl: FileUrl,
  verbs: Pick<Verbs, 'openArtifact'>,
): Promise<string[] | null> {
  if (format === 'url' || job.outputs.length === 0) return imagesOf(job, fileUrl);
  const images: string[] = [];
  for (const { artifact } of job.outputs) {
    const { body, sizeBytes } = await verbs.openArtifact(artifact.id, 'file');
    images.push(base64(await read(body(null), sizeBytes)));
  }
  return images;
}

async function read(body: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const part of body) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
