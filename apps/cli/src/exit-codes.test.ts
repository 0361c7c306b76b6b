import { describe, expect, it } from 'vitest';
import { EXIT, EXIT_HELP, exitCodeOfError, exitCodeOfJobs } from './exit-codes.js';

describe('exit codes', () => {
  it('are all in the help text', () => {
    for (const code of Object.values(EXIT)) expect(EXIT_HELP).toMatch(new RegExp(`^  ${code} `, 'm'));
  });

  it('tell a wrong request, a refusal and a server that cannot serve apart', () => {
    expect(exitCodeOfError('invalid_field')).toBe(2);
    expect(exitCodeOfError('unauthorized')).toBe(5);
    expect(exitCodeOfError('queue_full')).toBe(5);
    expect(exitCodeOfError('shutting_down')).toBe(4);
    expect(exitCodeOfError('internal')).toBe(1);
    expect(exitCodeOfError('a_code_of_a_newer_server')).toBe(1);
  });

  it('of several jobs is that of the worst', () => {
    expect(exitCodeOfJobs(['succeeded', 'succeeded'])).toBe(0);
    expect(exitCodeOfJobs(['succeeded', 'canceled'])).toBe(3);
    expect(exitCodeOfJobs(['canceled', 'failed', 'succeeded'])).toBe(1);
  });
});
