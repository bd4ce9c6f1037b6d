/** What came of settling dead letters, as the route answers. */
export interface Settled { settled: string[]; failed: { id: string; detail: string }[] }

const MOST = 5;

/** How many were settled, and what was raised for those that stay open: each reason once, the first few. */
export function outcomeOf(settled: Settled | undefined): { settled: number; failed: string[] } | null {
  if (!settled) return null;
  return { settled: settled.settled.length, failed: [...new Set(settled.failed.map((one) => one.detail))].slice(0, MOST) };
}
