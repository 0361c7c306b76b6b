import * as z from 'zod';

/** A picture that came over the socket. */
export interface SocketPicture {
  mediaType: 'image/jpeg' | 'image/png';
  bytes: Buffer;
  /** Null in the old form, which names neither. */
  promptId: string | null;
  nodeId: string | null;
}

const PREVIEW_IMAGE = 1;
const PREVIEW_IMAGE_WITH_METADATA = 4;
const JPEG = 1;

const metadataSchema = z.looseObject({
  prompt_id: z.string().nullish(),
  node_id: z.string().nullish(),
  display_node_id: z.string().nullish(),
  image_type: z.string().nullish(),
});

/** Reads a binary frame: both forms of pictures. Null: text of a node, a form nobody knows yet, or a broken frame. */
export function readFrame(frame: Buffer): SocketPicture | null {
  if (frame.length < 8) return null;
  switch (frame.readUInt32BE(0)) {
    case PREVIEW_IMAGE: {
      const mediaType = frame.readUInt32BE(4) === JPEG ? 'image/jpeg' : 'image/png';
      return { mediaType, bytes: frame.subarray(8), promptId: null, nodeId: null };
    }
    case PREVIEW_IMAGE_WITH_METADATA:
      return readWithMetadata(frame);
    default:
      return null;
  }
}

function readWithMetadata(frame: Buffer): SocketPicture | null {
  const end = 8 + frame.readUInt32BE(4);
  if (end > frame.length) return null;
  try {
    const metadata = metadataSchema.parse(JSON.parse(frame.subarray(8, end).toString('utf8')));
    return {
      mediaType: metadata.image_type === 'image/png' ? 'image/png' : 'image/jpeg',
      bytes: frame.subarray(end),
      promptId: metadata.prompt_id ?? null,
      nodeId: metadata.display_node_id ?? metadata.node_id ?? null,
    };
  } catch {
    return null;
  }
}
