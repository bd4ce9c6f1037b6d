import { Map as Drawn, NavigationControl, setWorkerUrl, type GeoJSONSource } from 'maplibre-gl';
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import 'maplibre-gl/dist/maplibre-gl.css';
import type { FeatureCollection, Position } from 'geojson';

setWorkerUrl(worker);

function corners(data: FeatureCollection): [number, number, number, number] | null {
  const all: Position[] = [];
  const walk = (one: unknown): void => {
    if (!Array.isArray(one)) return;
    if (typeof one[0] === 'number') all.push(one as Position);
    else one.forEach(walk);
  };
  for (const feature of data.features) if ('coordinates' in feature.geometry) walk(feature.geometry.coordinates);
  if (all.length === 0) return null;
  const [x, y] = [all.map((p) => p[0] ?? 0), all.map((p) => p[1] ?? 0)];
  return [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
}

/** Shapes and points of our own on a plain ground: no tiles, no glyphs, nothing from elsewhere. */
export function draw(container: HTMLElement, data: FeatureCollection, pick: (id: string) => void): { show: (next: FeatureCollection) => void; end: () => void } {
  const map = new Drawn({
    container, attributionControl: false, style: { version: 8, sources: {}, layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#eef1ec' } }] },
    center: [120.1, 30.27], zoom: 10,
  });
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  let shown = data;
  const fit = () => { const box = corners(shown); if (box) map.fitBounds(box, { padding: 40, maxZoom: 15, animate: false }); };
  map.on('load', () => {
    map.addSource('own', { type: 'geojson', data: shown, promoteId: 'id' });
    const colour = ['coalesce', ['get', 'colour'], '#b8000f'] as never;
    map.addLayer({ id: 'fill', type: 'fill', source: 'own', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour, 'fill-opacity': 0.25 } });
    map.addLayer({ id: 'line', type: 'line', source: 'own', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': colour, 'line-width': 1.5 } });
    map.addLayer({ id: 'point', type: 'circle', source: 'own', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': colour, 'circle-radius': 6, 'circle-stroke-color': '#fff', 'circle-stroke-width': 1.5 } });
    for (const layer of ['fill', 'point']) {
      map.on('click', layer, (event) => { const id = event.features?.[0]?.properties.id as unknown; if (typeof id === 'string') pick(id); });
      map.on('mouseenter', layer, () => { map.getCanvas().style.cursor = 'pointer'; });
      map.on('mouseleave', layer, () => { map.getCanvas().style.cursor = ''; });
    }
    fit();
  });
  return {
    show: (next) => { shown = next; map.getSource<GeoJSONSource>('own')?.setData(next); fit(); },
    end: () => map.remove(),
  };
}
