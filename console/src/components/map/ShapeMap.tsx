import { useEffect, useRef } from 'react';
import type { FeatureCollection } from 'geojson';

/** A map of our own shapes; MapLibre is loaded when one is shown. Beside it there is always a list of the same things. */
export function ShapeMap({ label, data, pick }: { label: string; data: FeatureCollection; pick?: (id: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<{ show: (next: FeatureCollection) => void; end: () => void } | null>(null);
  const latest = useRef({ data, pick });
  useEffect(() => {
    latest.current = { data, pick };
    drawn.current?.show(data);
  }, [data, pick]);
  useEffect(() => {
    let gone = false;
    void import('./drawing').then(({ draw }) => {
      if (!gone && place.current) drawn.current = draw(place.current, latest.current.data, (id) => latest.current.pick?.(id));
    });
    return () => { gone = true; drawn.current?.end(); drawn.current = null; };
  }, []);
  return <div className="map" ref={place} role="region" aria-label={label} />;
}
