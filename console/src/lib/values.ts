/** Fen as yuan with two decimals and thousands: 123456 → 1,234.56. Whole numbers all the way: no cent is lost. */
export function yuan(fen: number | bigint): string {
  const all = BigInt(fen);
  const size = all < 0n ? -all : all;
  const whole = (size / 100n).toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${all < 0n ? '-' : ''}${whole}.${(size % 100n).toString().padStart(2, '0')}`;
}

/** "1,234.5" → 123450; null where it is no amount. */
export function fen(text: string): number | null {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text.replaceAll(/[,，\s]/g, ''));
  if (!match) return null;
  const value = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return Number.isSafeInteger(value) ? (match[1] ? -value : value) : null;
}

const TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
});
/** An instant as it stands in China: 2026-03-02 09:00. */
export function instant(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : TIME.format(at);
}

/** Today in China, as dates are written. */
export const today = (): string => TIME.format(new Date()).slice(0, 10);

export const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text);
/** Basis points as per cent: 8750 → 87.50%. */
export const percent = (bp: number): string => `${(bp / 100).toFixed(2)}%`;

/** What stands at a path of names in a value: at(row, 'term.until'). */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => (
    inner !== null && typeof inner === 'object' ? (inner as Record<string, unknown>)[name] : undefined), value);
}
