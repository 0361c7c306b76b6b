/** An answer that is an error, as S3 writes it. */
export class S3Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** More tags for the body. */
  readonly more: string;

  constructor(status: number, code: string, more = '') {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
    this.more = more;
  }

  /** S3 repeats the key id and what was signed; so does this, to see that nobody logs it. */
  body(keyId: string): string {
    const { code, more } = this;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no, ${keyId}</Message>${more}<AWSAccessKeyId>${keyId}</AWSAccessKeyId><RequestId>1</RequestId></Error>`;
  }
}
