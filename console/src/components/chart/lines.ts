import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

register([LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export interface Line { name: string; values: (number | null)[] }

/** Lines in per cent over time; each has a mark of its own beside its colour. */
export function drawLines(place: HTMLElement, names: string[], lines: Line[]): { end: () => void } {
  const chart = init(place, null, { renderer: 'svg' });
  const text = { color: '#1f1f1f', fontFamily: 'inherit' };
  chart.setOption({
    animation: false, color: ['#b8000f', '#0b5394'], textStyle: text, tooltip: { trigger: 'axis' },
    legend: { top: 0, left: 0, textStyle: text },
    grid: { left: 8, right: 24, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: 'category', data: names, axisLabel: text },
    yAxis: { type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value}%', ...text } },
    series: lines.map((one, at) => ({
      type: 'line', name: one.name, symbol: at ? 'rect' : 'circle', symbolSize: 7, lineStyle: { type: at ? 'dashed' : 'solid' },
      data: one.values.map((value) => (value === null ? null : value / 100)),
    })),
  });
  const fit = new ResizeObserver(() => chart.resize());
  fit.observe(place);
  return { end: () => { fit.disconnect(); chart.dispose(); } };
}
