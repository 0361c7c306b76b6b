/**
 * `@rendercast/client/inspect`: reads out of a picture or song how it was made. An entry of its own, so that pages that do
 * not look into files do not load it.
 */
export { type FormatName, type Inspection, inspectFile } from '@rendercast/protocol/recipe/inspect';
export type { Recipe } from '@rendercast/protocol/recipe/recipe';
