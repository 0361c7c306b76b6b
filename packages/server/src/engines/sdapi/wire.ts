import * as z from 'zod';

/*
 * What these servers answer, read with forbearance: versions differ in fields that nothing here depends on.
 */

const count = z.number().catch(0);
const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((given) => given ?? null);

/** `GET /sdapi/v1/progress`: one state for everything that the server does. */
export const globalProgressSchema = z.object({
  id: z
    .union([z.string(), z.number()])
    .nullish()
    .catch(null)
    .transform((id) => (id === null || id === undefined ? null : String(id))),
  progress: count,
  state: z.object({
    job: z.string().catch(''),
    job_count: count,
    job_no: count,
    job_timestamp: z.string().catch(''),
    sampling_step: count,
    sampling_steps: count,
    interrupted: z.boolean().catch(false),
    skipped: z.boolean().catch(false),
  }),
  current_image: text,
});
export type GlobalProgress = z.output<typeof globalProgressSchema>;

/** `POST /internal/progress`: one task. */
export const taskProgressSchema = z.object({
  active: z.boolean(),
  queued: z.boolean().catch(false),
  completed: z.boolean().catch(false),
  progress: z.number().nullish().catch(null),
  live_preview: text,
  id_live_preview: z.number().nullish().catch(null),
});
export type TaskProgress = z.output<typeof taskProgressSchema>;

export const pendingTasksSchema = z.object({ size: count });

/** One checkpoint of the list. */
export const modelSchema = z.object({ title: z.string(), model_name: z.string(), hash: text, sha256: text });
export type Model = z.output<typeof modelSchema>;
export const modelsSchema = z.array(modelSchema);
export const samplersSchema = z.array(z.object({ name: z.string() }));
export const controlModelsSchema = z.object({ model_list: z.array(z.string()) });
export const controlModulesSchema = z.object({ module_list: z.array(z.string()) });

/** The answer to a generation. */
export const generatedSchema = z.object({
  images: z.array(z.string()).nullish(),
  info: z.string().nullish().catch(null),
});

/** The document inside `info`. */
export const infoSchema = z.object({
  seed: z.number().nullish().catch(null),
  all_seeds: z.array(z.number()).nullish().catch(null),
  steps: z.number().nullish().catch(null),
  sampler_name: text,
  cfg_scale: z.number().nullish().catch(null),
  sd_model_hash: text,
  sd_model_name: text,
  index_of_first_image: z.number().nullish().catch(null),
});
export type Info = z.output<typeof infoSchema>;

/** Reads JSON by a schema; null for anything else. */
export function readJson<T>(schema: z.ZodType<T>, json: string): T | null {
  try {
    return schema.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
