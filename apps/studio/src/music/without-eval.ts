import * as z from 'zod';

// The page forbids itself to make code out of text, which schemas try while they are made: so this comes before them.
z.config({ jitless: true });
