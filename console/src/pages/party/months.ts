/** The last months up to the one of a day, the oldest first: 2026-01, 2026-02, … */
export function monthsUntil(day: string, count: number): string[] {
  const last = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  return Array.from({ length: count }, (_, at) => last - count + 1 + at)
    .map((month) => `${String(Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`);
}
