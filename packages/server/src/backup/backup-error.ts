/**
 * Why a backup or restore was refused. `no_data`: there is nothing to back up · `taken`: the target holds something ·
 * `torn`: the backup is not whole · `corrupt`: its bytes are not those that were written · `newer`: made by a newer version.
 */
export type BackupFailure = 'no_data' | 'taken' | 'torn' | 'corrupt' | 'newer';

/** A backup or restore that cannot be made; the message says what to do about it. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly reason: BackupFailure;

  constructor(reason: BackupFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
