import divisions from './generated/divisions.json';
import { spoken } from '@/lib/i18n';

const NAMES = divisions as unknown as Record<string, [string, string]>;
const NATION: [string, string] = ['全国', 'China'];

/** A division with its name: 330106 → 西湖区 330106. A prefix is its city or province; what the table lacks stays a code. */
export function place(code: string): string {
  const named = code === '100000' ? NATION : NAMES[code.padEnd(6, '0')];
  return named && /^\d{2}(\d{2}){0,2}$/.test(code) ? `${named[spoken() === 'zh' ? 0 : 1]} ${code}` : code;
}

/** The divisions of a scope that the table names, and what is chosen already, for a choice; nothing where it names none. */
export function placesWithin(scope: string[], chosen = ''): { value: string; label: string }[] | undefined {
  const short = (code: string) => code.replace(/(00){1,2}$/, '');
  const codes = Object.keys(NAMES).filter((code) => scope.some((prefix) => code.startsWith(prefix)) && NAMES[code]?.[0] !== '市辖区').map(short);
  if (codes.length === 0) return undefined;
  return [...new Set([...codes, ...(chosen ? [chosen] : [])])].sort().map((code) => ({ value: code, label: place(code) }));
}
