import {colours} from './colours.js';
import {element} from './format.js';
import {GUTTER} from './lanes.js';
import {phasesOf} from './draw_rows.js';

// The whole run in one strip: how much went on, what failed, where the view is. Drag to look at a part.

const HEIGHT = 44;

function countsOf(run, columns) {
  const {operations} = run;
  const counts = [new Uint32Array(columns), new Uint32Array(columns), new Uint32Array(columns)];
  for (let i = 0; i < operations.count; ++i) {
    const at = Math.min(columns - 1, Math.floor((operations.invoked[i] / run.finish) * columns));
    ++counts[operations.outcome[i]][at];
  }
  return counts;
}

export function makeOverview(run, store) {
  const canvas = element('canvas', {id: 'overview', 'aria-label': 'the whole run'});
  let width = 0;
  let counts = null;

  function resize(to) {
    width = to;
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${HEIGHT}px`;
    canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    counts = countsOf(run, Math.max(1, Math.floor((width - GUTTER) / 2)));
    draw(store.state);
  }

  const x = (time) => GUTTER + (time / run.finish) * (width - GUTTER);

  function draw(state) {
    if (counts === null) return;
    const context = canvas.getContext('2d');
    context.fillStyle = colours().panel;
    context.fillRect(0, 0, width, HEIGHT);
    for (const fault of run.faults) {
      for (const phase of phasesOf(fault, run.finish)) {
        context.globalAlpha = phase.kind === 'effect' ? 0.3 : 0.14;
        context.fillStyle = colours().fault;
        context.fillRect(x(phase.begin), 0, Math.max(1, x(phase.end) - x(phase.begin)), HEIGHT);
      }
    }
    context.globalAlpha = 1;
    const most = Math.max(1, ...counts[0]);
    const shades = [colours().ok, colours().fail, colours().unknown];
    counts[0].forEach((count, at) => {
      let bottom = HEIGHT - 2;
      for (const outcome of [2, 1, 0]) {
        const number = counts[outcome][at];
        if (number === 0) continue;
        const tall = Math.max(outcome === 0 ? 1 : 3, Math.min(1, number / most) * (HEIGHT - 12));
        context.fillStyle = shades[outcome];
        context.fillRect(GUTTER + at * 2, bottom - tall, 2, tall);
        bottom -= tall;
      }
    });
    for (const found of run.raw.contradictions) {
      for (const i of found.core) {
        const at = x(run.operations.invoked[i]);
        context.fillStyle = colours().core;
        context.beginPath();
        context.moveTo(at - 5, 0);
        context.lineTo(at + 5, 0);
        context.lineTo(at, 9);
        context.fill();
      }
    }
    context.fillStyle = colours().ink;
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillText('whole run', 8, HEIGHT / 2);
    const left = Math.max(GUTTER, x(state.begin));
    const right = Math.min(width, x(state.end));
    context.globalAlpha = 0.55;
    context.fillStyle = colours().panel;
    context.fillRect(GUTTER, 0, left - GUTTER, HEIGHT);
    context.fillRect(right, 0, width - right, HEIGHT);
    context.globalAlpha = 1;
    context.strokeStyle = colours().select;
    context.lineWidth = 2;
    context.strokeRect(left, 1, Math.max(3, right - left - 1), HEIGHT - 2);
  }

  const timeAt = (event) => {
    const share = (event.clientX - canvas.getBoundingClientRect().left - GUTTER) / (width - GUTTER);
    return Math.max(0, Math.min(1, share)) * run.finish;
  };
  let from = null;
  canvas.addEventListener('pointerdown', (event) => {
    from = timeAt(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (from === null) return;
    const to = timeAt(event);
    if (Math.abs(to - from) > run.finish / 200) store.change({begin: Math.min(from, to), end: Math.max(from, to)});
  });
  canvas.addEventListener('pointerup', (event) => {
    const at = timeAt(event);
    const length = store.state.end - store.state.begin;
    if (from !== null && Math.abs(at - from) <= run.finish / 200) store.change({begin: at - length / 2, end: at + length / 2, cursor: at});
    from = null;
  });
  return {canvas, draw, resize};
}
