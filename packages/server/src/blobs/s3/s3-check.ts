import { randomUUID } from 'node:crypto';
import { RendercastError } from '@rendercast/protocol';
import { type FaultDetails, S3Fault } from './s3-fault.js';
import { headOf, removeObject } from './s3-objects.js';
import type { S3Settings } from './s3-options.js';
import type { Requests } from './s3-requests.js';

/** Servers take requests that are 15 minutes off, no more. */
const SKEW_MS = 15 * 60_000;

/**
 * Does once what the server will do all day: list, write, look, delete. Whoever starts it hears at once, in words that
 * help, what would fail at the first picture.
 *
 * @throws RendercastError `storage_unavailable`
 */
export async function checkBucket(requests: Requests, settings: S3Settings, signal: AbortSignal): Promise<void> {
  const { prefix } = settings;
  // No key of a blob holds a slash: nobody takes it for one.
  const key = `${prefix}check/${randomUUID()}`;
  await step('list the bucket (s3:ListBucket)', settings, async () => {
    const query = { 'list-type': '2', 'max-keys': '1', prefix };
    const { status, text } = await requests.ask({ method: 'GET', key: null, query, signal });
    if (!text.includes('<ListBucketResult')) throw new S3Fault({ status, code: 'NoS3', passing: false });
  });
  await step('write an object (s3:PutObject)', settings, () =>
    requests.ask({ method: 'PUT', key, body: Buffer.from('written to see whether that works\n'), signal }),
  );
  await step('read an object (s3:GetObject)', settings, () => headOf(requests, key, signal));
  await step('delete an object (s3:DeleteObject)', settings, () => removeObject(requests, key, signal));
}

async function step(what: string, settings: S3Settings, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof S3Fault)) throw thrown;
    const why = meaningOf(thrown.details, what, settings);
    const message = `the file storage at ${new URL(settings.endpoint).host}: ${why}`;
    throw new RendercastError('storage_unavailable', message, { cause: thrown });
  }
}

/** What a fault means to the person who wrote the settings. */
function meaningOf(details: FaultDetails, what: string, { bucket, region }: S3Settings): string {
  const { status, code, aheadMs = 0 } = details;
  if (code === 'RequestTimeTooSkewed' || (status === 403 && Math.abs(aheadMs) > SKEW_MS)) return skewOf(aheadMs);
  if (status === null) return meaningOfSilence(code);
  if (details.region !== undefined && details.region !== region && status < 500)
    return `the bucket "${bucket}" is in the region ${details.region}, and the region set is ${region}`;
  switch (code) {
    case 'InvalidAccessKeyId':
      return 'it does not know the access key id';
    case 'SignatureDoesNotMatch':
      return 'it refuses the signature: the secret access key is wrong, or something on the way changes requests';
    case 'ExpiredToken':
    case 'InvalidToken':
      return 'the session token has expired or is wrong';
    case 'NoSuchBucket':
      return `there is no bucket "${bucket}"; make it first`;
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
      return `the bucket "${bucket}" is not in the region ${region}, or not at this address`;
    case 'AccessDenied':
      return `the access key may not ${what}`;
    case 'NoS3':
      return 'what answers there does not speak S3';
  }
  if (status === 403) return `the access key is refused, or may not ${what}`;
  if (status >= 500) return `it answers ${status} ${code}; is it still starting?`;
  return `it answers ${status} ${code} to the attempt to ${what}`;
}

function meaningOfSilence(code: string): string {
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ERR_SSL/.test(code)) return `its certificate is not trusted (${code})`;
  return `it cannot be reached (${code})`;
}

function skewOf(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / 60_000);
  const off = aheadMs === 0 ? '' : ` by ${minutes} minutes (this one is ${aheadMs > 0 ? 'behind' : 'ahead'})`;
  return `its clock and the clock of this machine differ${off}; set this machine's clock`;
}
