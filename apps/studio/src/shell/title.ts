/** What the job is about, in a line. */
export function titleOf(job: { request: object; removed: boolean }): string {
  if (job.removed) return 'Removed';
  const { prompt, plan } = job.request as { prompt?: string; plan?: { title?: string } };
  return prompt ?? plan?.title ?? 'A song';
}
