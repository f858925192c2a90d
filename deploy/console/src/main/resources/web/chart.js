import uPlot from './uPlot.esm.js';
import {element} from './server.js';

// More series than this, and those at 0 are not listed one by one
const MANY = 4;

const COLOURS = ['#3b6fd4', '#d9692b', '#2a9d62', '#b0439f', '#b38a00', '#1893a8', '#c93a4b', '#7a6ad8'];

export function format(value, unit) {
  if (value === null || value === undefined) return 'no data';
  const short = n => Math.abs(n) >= 1e9 ? `${(n / 1e9).toFixed(1)}G` : Math.abs(n) >= 1e6 ? `${(n / 1e6).toFixed(1)}M`
    : Math.abs(n) >= 1e4 ? `${(n / 1e3).toFixed(1)}k` : Math.abs(n) >= 100 || Number.isInteger(n) ? String(Math.round(n)) : String(Number(n.toPrecision(2)));
  switch (unit) {
    case 'percentunit': return `${Number((100 * value).toPrecision(3))} %`;
    case 's': return value >= 86400 ? `${(value / 86400).toFixed(1)} d` : value >= 3600 ? `${(value / 3600).toFixed(1)} h`
      : value >= 60 ? `${(value / 60).toFixed(1)} min` : value >= 1 ? `${value.toFixed(1)} s` : `${Number((1000 * value).toPrecision(3))} ms`;
    case 'currencyUSD': return `$${value === 0 ? '0' : Number(value.toPrecision(3))}`;
    case 'bytes': return `${Math.round(value / 1048576)} MB`;
    case 'reqps': case 'ops': return `${short(value)}/s`;
    default: return short(value);
  }
}

function line(value, colour) {
  return {
    hooks: {
      draw: [plot => {
        const y = plot.valToPos(value, 'y', true);
        const {left, width, top, height} = plot.bbox;
        if (y < top || y > top + height) return;
        plot.ctx.save();
        plot.ctx.strokeStyle = colour;
        plot.ctx.setLineDash([6, 4]);
        plot.ctx.beginPath();
        plot.ctx.moveTo(left, y);
        plot.ctx.lineTo(left + width, y);
        plot.ctx.stroke();
        plot.ctx.restore();
      }],
    },
  };
}

// One panel: a number, or a chart with its legend in text, which is also what a reader without
// sight gets
export class Panel {
  constructor(panel) {
    this.element = element('div', {className: 'panel'}, element('h3', {textContent: panel.title}));
    this.body = element('div', {});
    this.element.append(this.body);
  }

  update(panel, times) {
    if (!panel.series.length) {
      this.clear();
      this.body.replaceChildren(element('p', {className: 'muted', textContent: 'Nothing in the last ten minutes.'}));
      return;
    }
    if (panel.type === 'stat') {
      this.body.replaceChildren(...panel.series.map(series => element('div', {className: 'stat'},
        format(newest(series.values), panel.unit), element('small', {textContent: series.label}))));
      return;
    }
    // Of many series those that are 0 all the time are only counted; each keeps its colour
    const all = panel.series.map((series, index) => ({...series, colour: index % 8}));
    const moving = all.filter(series => series.values.some(value => value));
    const drawn = all.length > MANY && moving.length ? moving : all;
    const listed = all.length > MANY ? moving : all;
    const still = all.filter(series => !listed.includes(series));
    const key = drawn.map(series => series.label).join('\n');
    if (key !== this.key) {
      this.clear();
      this.key = key;
      const chart = element('div', {className: 'chart', 'aria-hidden': 'true'});
      this.legend = element('ul', {className: 'legend'});
      this.body.replaceChildren(chart, this.legend);
      const style = getComputedStyle(document.documentElement);
      const axis = {stroke: style.getPropertyValue('--muted'), grid: {stroke: style.getPropertyValue('--line')}, ticks: {stroke: style.getPropertyValue('--line')}};
      this.plot = new uPlot({
        width: Math.max(240, this.body.clientWidth), height: 190, legend: {show: false}, cursor: {show: false},
        padding: [8, 8, 0, 0],
        scales: {y: {range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(high ?? 0, panel.line ? panel.line * 1.15 : 0) || 1]}},
        series: [{}, ...drawn.map(series => ({label: series.label, stroke: COLOURS[series.colour], width: 2, spanGaps: false}))],
        axes: [{...axis, space: 70, values: (_, ticks) => ticks.map(t => new Date(t * 1000).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'}))},
          {...axis, size: 64, values: (_, ticks) => ticks.map(t => format(t, panel.unit))}],
        plugins: panel.line ? [line(panel.line, style.getPropertyValue('--bad'))] : [],
      }, [times, ...drawn.map(series => series.values)], chart);
      this.sizes = new ResizeObserver(() => this.plot?.setSize({width: Math.max(240, this.body.clientWidth), height: 190}));
      this.sizes.observe(this.body);
    } else {
      this.plot.setData([times, ...drawn.map(series => series.values)]);
    }
    this.legend.replaceChildren(...listed.map(series => element('li', {},
      element('i', {className: `swatch-${series.colour}`}), `${series.label} ${format(newest(series.values), panel.unit)}`)),
      ...(still.length ? [element('li', {textContent: `${still.length}${listed.length ? ' others' : ''} at 0 or without data`, title: still.map(series => series.label).join(', ')})] : []),
      ...(panel.line ? [element('li', {textContent: `– – objective ${format(panel.line, panel.unit)}`})] : []));
  }

  clear() {
    this.sizes?.disconnect();
    this.plot?.destroy();
    this.plot = null;
    this.key = null;
  }
}

function newest(values) {
  return values.findLast((value, index) => value !== null && index >= values.length - 5) ?? null;
}
