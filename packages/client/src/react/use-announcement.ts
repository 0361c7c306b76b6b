import { useEffect, useRef, useState } from 'react';

/** How often at most a live region tells what changes all the time, in milliseconds. */
const EVERY_MS = 10_000;

/**
 * Words for a live region that does not chatter: a change of `edge` is said at once, one of `level` only now and then, with
 * what holds by that time.
 */
export function useAnnouncement(edge: string, level = ''): string {
  const [said, setSaid] = useState('');
  const newest = useRef('');
  useEffect(() => {
    newest.current = level;
  }, [level]);
  useEffect(() => {
    const say = (): void => setSaid([edge, newest.current].filter((part) => part !== '').join(', '));
    say();
    const timer = setInterval(say, EVERY_MS);
    return () => clearInterval(timer);
  }, [edge]);
  return said;
}
