import type { Row } from '@/api/hooks';

export interface Quarter { quarter: number; now: Row | null }
/** The four quarters, each with its newest entry: a correction stands beside what it corrects. */
export function quartersOf(dues: Row): Quarter[] {
  const all = (dues.quarters ?? []) as Row[];
  return [1, 2, 3, 4].map((quarter) => ({
    quarter,
    now: all.filter((one) => Number(one.quarter) === quarter).reduce<Row | null>((best, one) => (best && Number(best.revision) > Number(one.revision) ? best : one), null),
  }));
}
