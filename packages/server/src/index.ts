export { type BackupOptions, type BackupReport, backUp } from './backup/back-up.js';
export { BackupError, type BackupFailure } from './backup/backup-error.js';
export { type RestoreOptions, type RestoreReport, restore } from './backup/restore.js';
export {
  type Config,
  type ConfiguredKey,
  envName,
  flagName,
  loadConfig,
  SETTINGS,
  type SettingName,
} from './config.js';
export { createRendercast, type Rendercast, type RendercastOptions } from './embed/create-rendercast.js';
export {
  defineEngine,
  type EngineDefinition,
  type EngineHealth,
  type RunContext,
} from './embed/define-engine.js';
export type { ConfigInCode, KeyInCode } from './embed/embed-config.js';
export type { GenerationEvent } from './embed/follow-generation.js';
export type { GeneratedFile, GenerateOptions, Generation, WaitOptions } from './embed/generation.js';
export { EngineError } from './engines/engine.js';
export { type BackendFinding, examineBackends } from './engines/examine.js';
export { createLogger, createSilentLogger, type Logger } from './logger.js';
export { type RunningServer, type StartOptions, StoreOpenError, startServer } from './server.js';
export { VERSION } from './version.js';
