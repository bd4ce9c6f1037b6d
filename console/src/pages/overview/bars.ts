import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

register([BarChart, GridComponent, LegendComponent, SVGRenderer]);

export interface Series { name: string; values: (number | null)[] }

/** Horizontal bars in per cent, one group for each name. */
export function drawBars(place: HTMLElement, names: string[], series: Series[]): { end: () => void } {
  const chart = init(place, null, { renderer: 'svg' });
  const text = { color: '#1f1f1f', fontFamily: getComputedStyle(place).fontFamily };  // by a name, so that widths are measured right
  chart.setOption({
    animation: false, color: ['#b8000f', '#0b5394'], textStyle: text,
    legend: { top: 0, left: 0, textStyle: text },
    grid: { left: 8, right: 56, top: 32, bottom: 4, containLabel: true },
    xAxis: { type: 'value', min: 0, max: 100, axisLabel: { formatter: '{value}%', ...text } },
    yAxis: { type: 'category', data: names, inverse: true, axisTick: { show: false }, axisLabel: text },
    series: series.map((one) => ({
      type: 'bar', name: one.name, barMaxWidth: 14, data: one.values.map((value) => (value === null ? null : value / 100)),
      label: { show: true, position: 'right', ...text, formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? `${value.toFixed(1)}%` : '') },
    })),
  });
  const fit = new ResizeObserver(() => chart.resize());
  fit.observe(place);
  return { end: () => { fit.disconnect(); chart.dispose(); } };
}
