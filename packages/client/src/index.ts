export type { EngineInfo, Filter, Page, Stats, SubmitInput } from '@rendercast/protocol/commands';
export type { ErrorCode } from '@rendercast/protocol/error-table';
export type { Fact, Level, Levels, Progress } from '@rendercast/protocol/events';
export type { Job, JobState, Output, Snapshot } from '@rendercast/protocol/job';
export type { Artifact } from '@rendercast/protocol/media';
export { isEnded } from '@rendercast/protocol/reduce';
export { RendercastError } from '@rendercast/protocol/rendercast-error';
export type { Client } from './client.js';
export { createClient } from './client.js';
export type { ConnectionState } from './connection.js';
export type { FeedEvent, FeedOptions } from './feed.js';
export type { Downloadable, DownloadOptions, UploadOptions, UploadSource } from './files.js';
export type { CallOptions, JobHandle } from './handle.js';
export type { JobEvent } from './job-channel.js';
export type { FollowOptions } from './job-events.js';
export type { Readable } from './observable.js';
export type { ApiKey, ClientOptions, Timing, TransportName } from './options.js';
export type {
  ComposeOptions,
  CompositionPlanInput,
  GenerateOptions,
  ListOptions,
  SubmitFields,
  SubmitOptions,
} from './requests.js';
export type { PreviewMode } from './subscription.js';
export type { SocketConstructor, SocketLike } from './transports/socket.js';
