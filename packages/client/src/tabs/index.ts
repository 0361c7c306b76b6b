export type { SocketConstructor } from '../transports/socket.js';
export { tabSocket } from './tab-socket.js';
