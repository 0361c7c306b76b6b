import * as z from 'zod';

/** One node of a graph in API format. Links are `[node id, output]`; everything else is a value. */
export const nodeSchema = z.looseObject({
  class_type: z.string().min(1),
  inputs: z.record(z.string(), z.unknown()).default({}),
  _meta: z.looseObject({ title: z.string().optional() }).optional(),
});
export const graphSchema = z.record(z.string(), nodeSchema);
export type GraphNode = z.infer<typeof nodeSchema>;
/** A workflow graph in API format. */
export type Graph = Record<string, GraphNode>;

/** `[number, prompt id, graph, extra data, outputs]`; newer servers append more. */
const queueItemSchema = z.tuple([z.unknown(), z.string(), z.unknown()], z.unknown());
export const queueSchema = z.looseObject({
  queue_running: z.array(queueItemSchema),
  queue_pending: z.array(queueItemSchema),
});
export type QueueAnswer = z.infer<typeof queueSchema>;

export const historyEntrySchema = z.looseObject({
  prompt: z.array(z.unknown()).optional(),
  outputs: z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).default({}),
  status: z
    .looseObject({
      status_str: z.string().optional(),
      completed: z.boolean().optional(),
      messages: z.array(z.tuple([z.string(), z.unknown()], z.unknown())).default([]),
    })
    .nullish(),
});
export const historySchema = z.record(z.string(), historyEntrySchema);
export type HistoryEntry = z.infer<typeof historyEntrySchema>;

const wireErrorSchema = z.looseObject({
  type: z.string(),
  message: z.string().optional(),
  details: z.string().optional(),
  extra_info: z.looseObject({ input_name: z.string().optional() }).nullish(),
});
const nodeErrorsSchema = z.record(
  z.string(),
  z.looseObject({ errors: z.array(wireErrorSchema).default([]), class_type: z.string().optional() }),
);
export type NodeErrors = z.infer<typeof nodeErrorsSchema>;

/** Some servers send an empty list where there are no errors of nodes. */
const someNodeErrors = z.union([nodeErrorsSchema, z.array(z.unknown()).transform((): NodeErrors => ({}))]).nullish();
export const acceptedSchema = z.looseObject({ prompt_id: z.string(), node_errors: someNodeErrors });
export const refusalSchema = z.looseObject({ error: wireErrorSchema, node_errors: someNodeErrors });
export type Refusal = z.infer<typeof refusalSchema>;

/** One stored file as outputs name it. */
export const fileSchema = z.looseObject({
  filename: z.string().min(1),
  subfolder: z.string().default(''),
  type: z.string().default('output'),
});
export type WireFile = z.infer<typeof fileSchema>;

export const uploadedSchema = z.looseObject({ name: z.string(), subfolder: z.string().default('') });
export const statsSchema = z.looseObject({ system: z.looseObject({ comfyui_version: z.string().nullish() }) });
export const execInfoSchema = z.looseObject({ exec_info: z.looseObject({ queue_remaining: z.number() }) });

/** What a class of nodes takes: `[type or choices, options]` by the input's name. */
export const classInfoSchema = z.looseObject({
  input: z
    .looseObject({
      required: z.record(z.string(), z.array(z.unknown())).nullish(),
      optional: z.record(z.string(), z.array(z.unknown())).nullish(),
    })
    .default({}),
  output_node: z.boolean().optional(),
});
export type ClassInfo = z.infer<typeof classInfoSchema>;

/** A text frame of the socket. */
export const socketMessageSchema = z.looseObject({
  type: z.string(),
  data: z.record(z.string(), z.unknown()).default({}),
});

/** What is kept of an `execution_error`: printed inputs can be megabytes long and are left out. */
export const executionErrorSchema = z.object({
  node_id: z.coerce.string().nullish(),
  node_type: z.string().nullish(),
  exception_type: z.string().default(''),
  exception_message: z.string().default(''),
});
export type ExecutionError = z.infer<typeof executionErrorSchema>;
