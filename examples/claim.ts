/** Ends the program with 1 when what it claims does not hold. */
export function claim(holds: boolean, what: string): void {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}`);
  if (!holds) process.exitCode = 1;
}

/** Ends the program with 1 when it takes this long, in milliseconds: an example that hangs proves nothing. */
export function giveUpAfter(ms: number): void {
  setTimeout(() => {
    console.error(`FAIL not done within ${ms} ms`);
    process.exit(1);
  }, ms).unref();
}
