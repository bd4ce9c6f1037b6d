import { useEffect, useRef } from 'react';
import type { Line } from './lines';

/** Lines that say what the table beside them says; ECharts is loaded when they are shown. */
export function Lines({ label, names, lines }: { label: string; names: string[]; lines: Line[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    let drawn: { end: () => void } | null = null;
    void import('./lines').then(({ drawLines }) => { if (!gone && place.current) drawn = drawLines(place.current, names, lines); });
    return () => { gone = true; drawn?.end(); };
  }, [names, lines]);
  return <div ref={place} role="img" aria-label={label} style={{ height: 280 }} />;
}
