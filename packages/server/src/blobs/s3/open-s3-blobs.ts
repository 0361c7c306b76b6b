import { setMaxListeners } from 'node:events';
import { RendercastError } from '@rendercast/protocol';
import { systemClock } from '../../clock.js';
import { abortWith } from '../abort-with.js';
import type { Blobs } from '../blobs.js';
import { checkedKey, isKey } from '../checked-key.js';
import { createAddresses } from './s3-address.js';
import { checkBucket } from './s3-check.js';
import { claimBucket } from './s3-claim.js';
import { download } from './s3-download.js';
import { forHouse, S3Fault, unavailable } from './s3-fault.js';
import { listObjects } from './s3-listing.js';
import { headOf, removeObject } from './s3-objects.js';
import { MIN_PART_BYTES, S3_DEFAULTS, type S3BlobsOptions, type S3Settings } from './s3-options.js';
import { presigned } from './s3-presign.js';
import { createPublishing } from './s3-publishing.js';
import { createRequests } from './s3-requests.js';
import { createSigning } from './s3-signing.js';
import { sweepStaleUploads } from './s3-stale-uploads.js';
import { upload } from './s3-upload.js';

/**
 * Blobs as objects of an S3-compatible bucket: `<prefix><key>`. Any number of nodes may share it. An object becomes
 * visible whole, by its one PUT or by the end of its upload in parts; half of one is never seen.
 *
 * @throws RendercastError `invalid_field` for settings that cannot be, `storage_unavailable` with words for the person
 * who starts the server: unreachable, wrong key, no such bucket, another region, a clock that is off, a missing right.
 */
export async function openS3Blobs(options: S3BlobsOptions): Promise<Blobs> {
  const settings = settingsOf(options);
  const { clock, logger, prefix, silentMs, tries } = settings;
  const addressOf = createAddresses(settings);
  const signing = createSigning(settings, clock);
  const requests = createRequests(settings, addressOf, signing, clock);
  const publishing = createPublishing(requests);
  const closing = new AbortController();
  const writing = new Set<Promise<unknown>>();
  const { signal } = closing;
  setMaxListeners(0, signal); // every request listens
  try {
    await checkBucket(requests, settings, signal);
    if (settings.house !== undefined) await claimBucket(requests, prefix, settings.house, signal);
  } catch (thrown) {
    requests.close();
    throw thrown;
  }
  sweepStaleUploads({ requests, prefix, staleMs: settings.staleUploadMs, clock, logger }, signal);
  const nameOf = (key: string): string => `${prefix}${checkedKey(key)}`;

  const blobs: Blobs = {
    async put(key, body, putOptions) {
      const outer = abortWith(signal, putOptions.signal);
      const parts = { requests, publishing, partBytes: settings.partBytes };
      const written = forHouse(() => upload(parts, nameOf(key), body, putOptions, outer.signal));
      writing.add(written);
      try {
        return await written;
      } finally {
        writing.delete(written);
        outer.release();
      }
    },
    size: (key) => forHouse(async () => (await headOf(requests, nameOf(key), signal))?.sizeBytes ?? null),
    async *read(key, range) {
      yield* download({ requests, silentMs, tries }, nameOf(key), range, signal);
    },
    remove: (key) => forHouse(() => removeObject(requests, nameOf(key), signal)),
    async *keys() {
      try {
        for await (const { key, ageMs } of listObjects(requests, prefix, clock.now, signal)) {
          const own = key.slice(prefix.length);
          if (isKey(own)) yield { key: own, ageMs };
        }
      } catch (thrown) {
        throw thrown instanceof S3Fault ? unavailable(thrown) : thrown;
      }
    },
    async close() {
      closing.abort(new RendercastError('shutting_down'));
      await Promise.allSettled(writing);
      requests.close();
    },
  };
  if (!settings.presign) return blobs;
  return { ...blobs, presign: (key, wish) => presigned({ addressOf, signing, clock }, nameOf(key), wish) };
}

function settingsOf(options: S3BlobsOptions): S3Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = {
    ...S3_DEFAULTS,
    clock: systemClock,
    sessionToken: undefined,
    house: undefined,
    ...given,
  } as S3Settings;
  const { accessKeyId, secretAccessKey, partBytes, prefix } = settings;
  for (const [field, text] of Object.entries({ accessKeyId, secretAccessKey }))
    if (!/^[\x21-\x7e]+$/.test(text))
      throw new RendercastError('invalid_field', `the ${field} of the file storage is missing or no key`, { field });
  if (partBytes < MIN_PART_BYTES)
    throw new RendercastError('invalid_field', `parts of less than ${MIN_PART_BYTES} bytes are not taken by S3`, {
      field: 'partBytes',
    });
  // Without the slash a prefix would also fit the keys of a house whose prefix only begins like it.
  return { ...settings, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}
