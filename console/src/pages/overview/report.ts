import type { Language } from '@/lib/i18n';
import { percent, yuan } from '@/lib/values';

interface Both { zh: string; en: string }
export interface Figure { code: string; group: string; name: Both; unit: string; value: number | null; unknown: { code: string; text: string } | null; means: string }
export interface Place { division: string; level: string; name: Both; values: Record<string, number | null>; unknown?: Record<string, { code: string; text: string } | string> }
export interface Report { year: number; as_of: string; name: Both; running: boolean; show_from: number | null; figures: Figure[]; divisions: Place[]; districts_without_incubator: Place[] }

export const say = (both: Both, language: Language): string => both[language];

/** A figure as it is read: a share as per cent, money as yuan, else a number; null stays null. */
export function shown(code: string, value: number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (code.endsWith('_bp')) return percent(value);
  if (code.endsWith('_fen')) return yuan(value);
  return value.toLocaleString('en-US');
}

/** Where coverage is compared: districts, or what was asked for where it has none below it. */
export function compared(report: Report): Place[] {
  const counties = report.divisions.filter((one) => one.level === 'county');
  return counties.length ? counties : report.divisions.slice(0, 1);
}

/** The figures in their groups, in the report's order. */
export function grouped(figures: Figure[]): [string, Figure[]][] {
  const groups = new Map<string, Figure[]>();
  for (const one of figures) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  return [...groups];
}
