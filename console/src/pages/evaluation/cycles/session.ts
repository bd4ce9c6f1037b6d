import type { Row } from '@/api/hooks';

export interface Decided { evaluation_id: string; star?: number }
/** What a session decides: each that is chosen, by its total unless it was given a star. */
export const decisions = (rows: Row[], stars: Record<string, number | null>): Decided[] => rows.map((row) => {
  const star = stars[String(row.id)];
  return { evaluation_id: String(row.id), ...(star === null || star === undefined ? {} : { star }) };
});

export interface Held { held_on: string; due: string; present: string; count: string }
/** What keeps a session from being recorded, first things first; null where nothing does. */
export function barOf(chosen: number, held: Held): 'none' | 'day' | 'members' | 'count' | null {
  if (chosen === 0) return 'none';
  if (!held.held_on) return 'day';
  const [due, present] = [held.due, held.present].map((text) => (/^\d+$/.test(text) ? Number(text) : NaN)) as [number, number];
  if (!(due > 0) || !(present > 0) || present > due) return 'members';
  return held.count.trim() === String(chosen) ? null : 'count';
}
