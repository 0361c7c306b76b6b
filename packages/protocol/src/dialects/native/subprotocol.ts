/** The subprotocol of the native socket; alone in its file, so that readers need no validation library. */
export const SUBPROTOCOL = 'rendercast.v1';
