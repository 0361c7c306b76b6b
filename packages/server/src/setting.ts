import ipaddr from 'ipaddr.js';
import * as z from 'zod';

/** A setting: what it is, its unit, its default, why that default, and how it is read. */
export interface Setting<T extends z.ZodType> {
  schema: T;
  /** What it is, with its unit. Shown in `--help` and in the docs. */
  about: string;
  /** Why the default is what it is. */
  why: string;
  /** Never shown or logged. */
  secret?: true;
  /** An environment name beside `RENDERCAST_<NAME>`. */
  alsoEnv?: string;
}

/** Lets a setting keep the type of its schema. */
export const setting = <T extends z.ZodType>(definition: Setting<T>): Setting<T> => definition;

/** A whole number of something: bytes, milliseconds, jobs. */
export const count = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
/** A hundred years at most: dates before 1926 help nobody. */
export const days = (fallback: number) => z.coerce.number().min(0).max(36_500).default(fallback);
export const flag = (fallback: boolean) =>
  z
    .union([
      z.boolean(),
      z.enum(['true', 'false', '1', '0', 'yes', 'no']).transform((text) => ['true', '1', 'yes'].includes(text)),
    ])
    .default(fallback);

export const MIB = 1024 * 1024;

/** The entries of a comma-separated list. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** What `loopback` stands for. */
export const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Whether a text is an address, a network in CIDR form, or `loopback`. */
export function isNetwork(text: string): boolean {
  return text === 'loopback' || (text.includes('/') ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text));
}

/** Whether a text is the first part of an address: `https://media.example.org`. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
