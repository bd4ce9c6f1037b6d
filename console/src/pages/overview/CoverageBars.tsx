import { useEffect, useRef } from 'react';
import type { Series } from './bars';

/** Bars that say what the table beside them says; ECharts is loaded when they are shown. */
export function CoverageBars({ label, names, series }: { label: string; names: string[]; series: Series[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    let drawn: { end: () => void } | null = null;
    void import('./bars').then(({ drawBars }) => { if (!gone && place.current) drawn = drawBars(place.current, names, series); });
    return () => { gone = true; drawn?.end(); };
  }, [names, series]);
  return <div ref={place} role="img" aria-label={label} style={{ height: 48 + names.length * 40 }} />;
}
