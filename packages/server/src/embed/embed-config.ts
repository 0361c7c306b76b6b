import { RendercastError, type Role } from '@rendercast/protocol';
import { type Config, loadConfig, type SettingName } from '../config.js';

/** A key, in code. */
export interface KeyInCode {
  /** Who it speaks for. */
  owner: string;
  /** At least 16 characters, without comma, colon and space. */
  key: string;
  /** Default: `user`. */
  role?: Role;
}

type Listed = 'apiKeys' | 'allowedOrigins' | 'trustedProxies' | 'dialectEngines';

/** Settings in code: those of `rendercast serve`, by the same names, units and defaults. */
export type ConfigInCode = Partial<Omit<Config, Listed>> & {
  /** Default: none; then only this machine is answered. */
  apiKeys?: readonly KeyInCode[];
  /** Origins of pages that may call, or `*`. Default: none. */
  allowedOrigins?: readonly string[];
  /** Addresses and networks of proxies whose word counts. Default: none. */
  trustedProxies?: readonly string[];
  /** Engine by dialect. Default: any that takes jobs of the kind. */
  dialectEngines?: Readonly<Record<string, string>>;
};

/**
 * Makes a configuration from settings in code; `env` fills in what they leave out.
 *
 * @throws RendercastError `invalid_field` naming the setting.
 */
export function configFrom(settings: ConfigInCode, env: NodeJS.ProcessEnv): Config {
  const { apiKeys, allowedOrigins, trustedProxies, dialectEngines, ...plain } = settings;
  const flags: Partial<Record<SettingName, unknown>> = { ...plain };
  if (apiKeys !== undefined) flags.apiKeys = apiKeys.map(written).join(',');
  if (allowedOrigins !== undefined) flags.allowedOrigins = allowedOrigins.join(',');
  if (trustedProxies !== undefined) flags.trustedProxies = trustedProxies.join(',');
  if (dialectEngines !== undefined)
    flags.dialectEngines = Object.entries(dialectEngines)
      .map(([dialect, engine]) => `${dialect}=${engine}`)
      .join(',');
  return loadConfig(flags, env);
}

function written({ owner, key, role = 'user' }: KeyInCode): string {
  if (/[,:\s]/.test(key))
    throw new RendercastError('invalid_field', 'apiKeys: a key may not hold commas, colons or spaces', {
      field: 'apiKeys',
    });
  return `${owner}:${key}:${role}`;
}
