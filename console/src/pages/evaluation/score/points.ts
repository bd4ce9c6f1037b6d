/** What a fact is worth by its indicator's method: to be seen while one writes. The service computes for itself. */
export interface Method {
  kind: 'graded' | 'counted' | 'deduction' | 'ratio' | 'yes_no'; explanation: string; of: string | null; each: string | null; full_at: number | null;
  grades: { code: string; points: string; means: string }[]; brackets: { at_least: string; points: string }[];
}
export interface Indicator { code: string; what: string; how: string; degree: string; points: string; method: Method | null; evidence: string[]; absent_when: string | null; applies_to: unknown }
export interface Level { code: string; name: string; points: string; indicators: Indicator[] }
export type Value = number | boolean | string | { part: number | undefined; whole: number | undefined };
export interface Fact { value: Value; evidence: string; files?: string[] }

/** Points in hundredths, so that no sum is off by a rounding. */
export const hundredths = (points: string | number): number => Math.round(Number(points) * 100);
export const shown = (points: number): string => (points / 100).toFixed(2);

const capped = (points: number, most: number): number => Math.min(Math.max(points, 0), most);

/** The points of a fact in hundredths; null where there is none, or where it does not count. */
export function pointsOf(indicator: Indicator, value: Value | undefined): number | null {
  const { method } = indicator;
  const most = hundredths(indicator.points);
  if (value === undefined || value === '' || value === 'not_applicable' || !method) return null;
  if (value === 'no_evidence') return 0;
  switch (method.kind) {
    case 'yes_no': return value === true ? most : 0;
    case 'graded': { const grade = method.grades.find((one) => one.code === value); return grade ? hundredths(grade.points) : null; }
    case 'counted': return typeof value !== 'number' ? null : method.full_at !== null && value >= method.full_at ? most : capped(value * hundredths(method.each ?? 0), most);
    case 'deduction': return typeof value === 'number' ? capped(most - value * hundredths(method.each ?? 0), most) : null;
    case 'ratio': {
      const share = typeof value === 'number' ? value : typeof value === 'object' && value.part !== undefined && value.whole ? (value.part / value.whole) * 100 : null;
      if (share === null) return null;
      const reached = method.brackets.filter((one) => share >= Number(one.at_least));
      return reached.length ? Math.max(...reached.map((one) => hundredths(one.points))) : 0;
    }
  }
}

/** A number that was written, or null. */
export const numberOf = (text: string): number | null => (/^\d+(\.\d{1,2})?$/.test(text.trim()) ? Number(text) : null);

export interface Divergence { earlier: string; later: string; earlier_total: string; later_total: string; bound: string; word: string | null }
/** Whether a stage is too far from an earlier one. */
export const diverges = (divergences: Divergence[], stage: string): boolean => divergences.some((one) => one.later === stage);

/** Where two stages' points of one indicator differ: by how much, in hundredths. */
export function gap(earlier: string | undefined, later: string | undefined): number {
  return earlier === undefined || later === undefined ? 0 : hundredths(later) - hundredths(earlier);
}
