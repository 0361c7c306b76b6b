export { type Config, type ConfiguredKey, envName, flagName, loadConfig, type SettingName, SETTINGS } from './config.js';
export { createLogger, createSilentLogger, type Logger } from './logger.js';
export { type RunningServer, type StartOptions, StoreOpenError, startServer } from './server.js';
export { VERSION } from './version.js';
