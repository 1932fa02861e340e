import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import {colours} from './colours.js';
import {phasesOf} from './draw_rows.js';
import {element, tickText} from './format.js';
import {GUTTER} from './lanes.js';

// Latency and throughput of what is visible, below the lanes and in line with them.

const BUCKETS = 240;

function bucketsOf(run, state) {
  const {operations} = run;
  const width = (state.end - state.begin) / BUCKETS;
  const latencies = Array.from({length: BUCKETS}, () => []);
  const counts = [0, 1, 2].map(() => new Array(BUCKETS).fill(0));
  for (let i = 0; i < operations.count; ++i) {
    const open = operations.end[i] === Infinity;
    const at = Math.floor(((open ? operations.invoked[i] : operations.end[i]) - state.begin) / width);
    if (at < 0 || at >= BUCKETS) continue;
    ++counts[operations.outcome[i]][at];
    if (operations.outcome[i] === 0) latencies[at].push(operations.end[i] - operations.invoked[i]);
  }
  const quantile = (sorted, share) => (sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1e3);
  const sorted = latencies.map((list) => list.sort((a, b) => a - b));
  const perSecond = (list) => list.map((count) => count / (width / 1e6));
  return {
    times: sorted.map((_, i) => state.begin + (i + 0.5) * width),
    median: sorted.map((list) => quantile(list, 0.5)),
    high: sorted.map((list) => quantile(list, 0.99)),
    rates: counts.map(perSecond),
  };
}

export function makeCharts(run, store) {
  const box = element('div', {class: 'charts', id: 'charts'});
  if (!run.timed || run.operations.count < 2) return {box: element('div'), draw() {}, resize() {}, remake() {}};
  let plots = [];
  let width = 0;
  let later = null;

  const bands = (plot) => {
    const context = plot.ctx;
    context.save();
    for (const fault of run.faults) {
      for (const phase of phasesOf(fault, run.finish)) {
        const left = Math.max(plot.bbox.left, plot.valToPos(phase.begin, 'x', true));
        const right = Math.min(plot.bbox.left + plot.bbox.width, plot.valToPos(phase.end, 'x', true));
        if (right <= left) continue;
        context.globalAlpha = phase.kind === 'effect' ? 0.16 : 0.08;
        context.fillStyle = colours().fault;
        context.fillRect(left, plot.bbox.top, right - left, plot.bbox.height);
      }
    }
    const {cursor} = store.state;
    if (cursor !== null && cursor >= store.state.begin && cursor <= store.state.end) {
      context.globalAlpha = 1;
      context.fillStyle = colours().select;
      context.fillRect(plot.valToPos(cursor, 'x', true), plot.bbox.top, 1.5, plot.bbox.height);
    }
    context.restore();
  };

  function options(title, series, extra) {
    const {ink, line} = colours();
    const axis = {stroke: ink, grid: {stroke: line, width: 1}, ticks: {stroke: line}, font: '11px system-ui, sans-serif'};
    return {
      width, height: 130, padding: [8, 0, 0, 0], cursor: {drag: {x: false, y: false}}, legend: {show: false},
      scales: {x: {time: false, range: () => [store.state.begin, store.state.end]}, ...extra},
      axes: [
        {...axis, size: 24, splits: undefined, values: (plot, ticks) => ticks.map((tick) => tickText(tick, ticks.length > 1 ? ticks[1] - ticks[0] : 1e6))},
        {...axis, size: GUTTER - 16, label: title, labelSize: 16, labelFont: '11px system-ui, sans-serif', labelGap: 0},
      ],
      series: [{}, ...series],
      hooks: {drawClear: [bands]},
    };
  }

  function data() {
    const found = bucketsOf(run, store.state);
    return [[found.times, found.median, found.high], [found.times, ...found.rates]];
  }

  const legend = (title, entries) => element('p', {class: 'legend'}, element('b', {}, title),
    entries.map(([name, colour, dashed]) => element('span', {}, element('i', {class: dashed ? 'dashed' : '', style: `--swatch:var(--${colour})`}), name)));

  function remake() {
    for (const plot of plots) plot.destroy();
    const {ok, fail, unknown} = colours();
    const [latency, rates] = data();
    const first = element('div');
    const second = element('div');
    box.replaceChildren(
      legend('latency of acknowledged operations', [['median', 'ok', false], ['99 %', 'ok', true]]), first,
      legend('operations per second', [['acknowledged', 'ok', false], ['failed', 'fail', false], ['unknown', 'unknown', true]]), second);
    const points = {show: run.operations.count < 200, size: 4};
    plots = [
      new uPlot(options('ms', [{stroke: ok, width: 1.6, spanGaps: true, points}, {stroke: ok, width: 1, dash: [4, 3], spanGaps: true, points}],
        {y: {distr: 3, log: 10}}), latency, first),
      new uPlot(options('1/s', [{stroke: ok, width: 1.6, points}, {stroke: fail, width: 1.6, points}, {stroke: unknown, width: 1.6, dash: [5, 3], points}],
        {y: {range: (plot, low, high) => [0, Math.max(1, high * 1.1)]}}), rates, second),
    ];
  }

  return {
    box, remake,
    resize(to) {
      width = to;
      remake();
    },
    // After the lanes, which must be smooth.
    draw() {
      clearTimeout(later);
      later = setTimeout(() => data().forEach((each, i) => plots[i] && plots[i].setData(each)), 60);
    },
  };
}
