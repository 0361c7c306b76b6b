import { expect, test } from 'vitest';
import { systemClock } from '../../clock.js';
import { createSigning } from './s3-signing.js';

test('presigned addresses are those of the reference of Amazon S3', async () => {
  const settings = {
    accessKeyId: ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    sessionToken: undefined,
    region: 'us-east-1',
  };
  const signing = createSigning(settings, systemClock);
  const url = new URL('https://examplebucket.s3.amazonaws.com/test.txt');
  const address = new URL(await signing.presign(url, {}, Date.UTC(2013, 4, 24), 86_400_000));
  expect(address.searchParams.get('X-Amz-Signature')).toBe(
    'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});
