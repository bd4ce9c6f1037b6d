import type { Row } from '@/api/hooks';
import { at } from '@/lib/values';
import { hundredths, numberOf, pointsOf, shown, type Fact, type Indicator, type Level } from './points';

/** What a stage's sheet holds while it is written: facts by indicator, or points where the version has no methods. */
export interface Sheet { facts: Record<string, Partial<Fact>>; scores: Record<string, string>; word: string }

export const indicatorsOf = (levels: Level[]): Indicator[] => levels.flatMap((level) => level.indicators);
export const byFacts = (levels: Level[]): boolean => indicatorsOf(levels).some((one) => one.method !== null);

/** A ratio is written with both of its numbers; 0 of 0 is one, too: there was nothing to count. */
const written = (fact: Partial<Fact> | undefined): boolean => fact?.value !== undefined
  && !(typeof fact.value === 'object' && (fact.value.part === undefined || fact.value.whole === undefined));

/** What the stage has already, to go on from. */
export function sheetOf(evaluation: Row, stage: string): Sheet {
  const given = (at(evaluation, `stages.${stage}.facts`) ?? {}) as Record<string, Row>;
  const facts = Object.fromEntries(Object.entries(given).map(([code, one]) => [code, {
    value: one.value as Fact['value'], evidence: String(one.evidence ?? ''), ...(Array.isArray(one.files) && one.files.length ? { files: one.files as string[] } : {}),
  }]));
  return { facts, scores: { ...(at(evaluation, `stages.${stage}.scores`) as Record<string, string> | undefined) }, word: String(at(evaluation, `stages.${stage}.word`) ?? '') };
}

export function totalOf(levels: Level[], sheet: Sheet): string {
  const facts = byFacts(levels);
  return shown(indicatorsOf(levels).reduce((sum, one) => sum + (facts ? (pointsOf(one, sheet.facts[one.code]?.value) ?? 0) : hundredths(numberOf(sheet.scores[one.code] ?? '') ?? 0)), 0));
}

/** Indicators that are not written yet, and facts that nothing is said to show. */
export function lacks(levels: Level[], sheet: Sheet): { missing: string[]; unshown: string[] } {
  const all = indicatorsOf(levels);
  if (!byFacts(levels)) return { missing: all.filter((one) => !sheet.scores[one.code]?.trim()).map((one) => one.code), unshown: [] };
  return {
    missing: all.filter((one) => !written(sheet.facts[one.code])).map((one) => one.code),
    unshown: all.filter((one) => written(sheet.facts[one.code]) && !sheet.facts[one.code]?.evidence?.trim()).map((one) => one.code),
  };
}

/** What is sent: facts by code with the word beside them, or scores. What is empty is left out, never 0. */
export function bodyOf(levels: Level[], sheet: Sheet): Row {
  const word = sheet.word.trim() ? { word: sheet.word.trim() } : {};
  if (!byFacts(levels)) return { scores: Object.fromEntries(Object.entries(sheet.scores).filter(([, score]) => score.trim()).map(([code, score]) => [code, score.trim()])), ...word };
  return { ...Object.fromEntries(Object.entries(sheet.facts).filter(([, fact]) => written(fact)).map(([code, fact]) => [code, { ...fact, evidence: fact.evidence?.trim() ?? '' }])), ...word };
}
