const THUMBNAIL_ENDING = '.thumb';

/** Key of an artifact's bytes. */
export function fileKey(artifactId: string): string {
  return artifactId;
}

/** Key of an artifact's thumbnail. */
export function thumbnailKey(artifactId: string): string {
  return `${artifactId}${THUMBNAIL_ENDING}`;
}

/** All keys that may belong to an artifact. */
export function keysOfArtifact(artifactId: string): string[] {
  return [fileKey(artifactId), thumbnailKey(artifactId)];
}

/** The artifact that a key belongs to. */
export function artifactOfKey(key: string): string {
  return key.endsWith(THUMBNAIL_ENDING) ? key.slice(0, -THUMBNAIL_ENDING.length) : key;
}
