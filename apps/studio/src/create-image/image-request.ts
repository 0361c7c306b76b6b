import type { SubmitInput } from '@rendercast/client';

/** An image request as the protocol takes it. */
export type ImageRequestInput = Extract<SubmitInput, { kind: 'image' }>['request'];
