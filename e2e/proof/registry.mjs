/**
 * The long proofs, in the order in which `npm run proof` runs them. `npm test` runs a sample of each (the default in the
 * test itself); here stands the whole count. To add one: a test file that calls `recordProof` (record.ts) with what it
 * counted and how many were wrong, and a line here.
 *
 * @typedef {object} Proof
 * @property {string} name as the table shows it; `recordProof` uses the same
 * @property {string} file the test file, from the root
 * @property {Record<string, string>} env what makes the test run the whole count
 * @property {string} [only] part of the names of the tests to run. Absent: all of the file
 */

/** @type {readonly Proof[]} */
export const PROOFS = [
  // The first five: more than a million hostile frames, requests and connections.
  {
    name: 'hostile frames',
    file: 'e2e/fuzz-socket.test.ts',
    env: { RENDERCAST_PROOF_FRAMES: '450000' },
    only: 'can be answered is answered',
  },
  {
    name: 'hostile dialect frames',
    file: 'e2e/fuzz-socket.test.ts',
    env: { RENDERCAST_PROOF_DIALECT_FRAMES: '250000' },
    only: 'foreign dialects',
  },
  {
    name: 'hostile requests',
    file: 'e2e/fuzz-http.test.ts',
    env: { RENDERCAST_PROOF_REQUESTS: '150000' },
    only: 'at every route: each gets',
  },
  {
    name: 'hostile dialect requests',
    file: 'e2e/fuzz-http.test.ts',
    env: { RENDERCAST_PROOF_DIALECT_REQUESTS: '110000' },
    only: 'foreign dialects',
  },
  {
    name: 'raw bytes',
    file: 'e2e/fuzz-http.test.ts',
    env: { RENDERCAST_PROOF_RAW: '50000' },
    only: 'raw bytes',
  },
  { name: 'permissions', file: 'e2e/permissions.test.ts', env: { RENDERCAST_PROOF_WHOLE: '1' } },
  { name: 'permissions on sockets', file: 'e2e/permissions-sockets.test.ts', env: {} },
  {
    name: 'deaf readers',
    file: 'e2e/deaf-readers.test.ts',
    env: { RENDERCAST_PROOF_DEAF: '1000', RENDERCAST_PROOF_READERS: '500' },
  },
  {
    name: 'kills',
    file: 'e2e/kill.test.ts',
    env: { RENDERCAST_TEST_KILLS: '300' },
  },
  {
    name: 'acknowledged',
    file: 'e2e/acknowledged.test.ts',
    env: { RENDERCAST_TEST_ACKNOWLEDGED: '25' },
  },
  {
    name: 'histories',
    file: 'e2e/histories.test.ts',
    env: { RENDERCAST_PROOF_HISTORIES: '10000' },
  },
  {
    name: 'races',
    file: 'e2e/races.test.ts',
    env: { RENDERCAST_PROOF_RACES: '10000' },
  },
  {
    name: 'line cuts',
    file: 'e2e/rough-lines.test.ts',
    env: { RENDERCAST_TEST_CUTS: '200' },
    only: 'connections cut at',
  },
  // Five seeds, new each time, ten times the runs of each property.
  { name: 'properties', file: 'e2e/properties.test.ts', env: { RENDERCAST_PROOF_SEEDS: '5' } },
  {
    name: 'dialect histories',
    file: 'e2e/dialects/kill.test.ts',
    env: { RENDERCAST_TEST_DIALECT_KILLS: '100' },
  },
  {
    name: 'dialect races',
    file: 'e2e/dialects/races.test.ts',
    env: { RENDERCAST_PROOF_DIALECT_RACES: '500' },
  },
  { name: 'bad days', file: 'e2e/bad-days.test.ts', env: {} },
  // These four: more than 10,000 cancels at random moments, work of other people on the same server among them.
  {
    name: 'cancel races: sdapi',
    file: 'e2e/engines/sdapi-races.test.ts',
    env: { RENDERCAST_TEST_SDAPI_RACES: '2500' },
  },
  {
    name: 'cancel races: comfyui',
    file: 'e2e/engines/comfyui-races.test.ts',
    env: { RENDERCAST_TEST_CANCEL_RACES: '850' },
  },
  {
    name: 'cancel races: elevenlabs',
    file: 'e2e/engines/elevenlabs-races.test.ts',
    env: { RENDERCAST_TEST_SONG_CANCELS: '2500' },
  },
  {
    name: 'cancel races: workers',
    file: 'e2e/engines/worker-races.test.ts',
    env: { RENDERCAST_TEST_WORKER_RACES: '2500' },
  },
  {
    name: 'cluster faults',
    file: 'e2e/cluster/chaos.test.ts',
    env: { RENDERCAST_TEST_CLUSTER_FAULTS: '204' },
  },
  {
    name: 'rolling restart',
    file: 'e2e/cluster/drain.test.ts',
    env: { RENDERCAST_TEST_CLUSTER_WATCHERS: '1000' },
  },
];
