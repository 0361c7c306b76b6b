export { type OpenFailure, StoreOpenError } from '../open-error.js';
