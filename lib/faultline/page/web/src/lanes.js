import {colours} from './colours.js';
import {clientOf, describe, outcomeText, UNKNOWN} from './data.js';
import {drawClient, drawFaultBands, drawFaultRow, drawNode, drawProbes, drawWatch, spanText, textIn, unknownHatch} from './draw_rows.js';
import {element, niceStep, tickText, timeText} from './format.js';
import {firstFrom, makeRows, rowAt} from './rows.js';

// The canvas with a row per fault, node, watch and client. Only what can be seen is drawn, so that 100,000 operations are smooth.

export const GUTTER = 92;
const PAINTERS = {fault: drawFaultRow, probes: drawProbes, node: drawNode, watch: drawWatch, client: drawClient};

export function makeLanes(run, store, matches) {
  const {rows, height, axis} = makeRows(run);
  const canvas = element('canvas', {
    id: 'lanes', tabindex: '0', role: 'img',
    'aria-label': `Lanes over time: ${run.faults.length} faults, ${run.nodes.length} nodes, ${run.lanes.length} clients, ` +
      `${run.operations.count} operations. The keys are listed under "?".`,
  });
  const spacer = element('div', {class: 'spacer'}, canvas);
  const scroller = element('div', {class: 'scroller', id: 'scroller'}, spacer);
  const tip = element('div', {class: 'tip', hidden: true});
  const box = element('div', {class: 'lanes'}, scroller, tip);
  const frames = [];
  let hover = null;
  let size = {width: 0, height: 0};

  function resize() {
    const full = Math.min(height, matchMedia('print').matches ? 1600 : Math.max(220, innerHeight * 0.62));
    scroller.style.height = `${full}px`;
    spacer.style.height = `${height}px`;
    size = {width: scroller.clientWidth, height: full};
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(size.width * ratio);
    canvas.height = Math.round(size.height * ratio);
    canvas.style.width = `${size.width}px`;
    canvas.style.height = `${size.height}px`;
    canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(store.state);
  }

  const scaleOf = (state) => (size.width - GUTTER) / (state.end - state.begin);
  const timeAt = (px) => store.state.begin + (px - GUTTER) / scaleOf(store.state);

  function makeView(state) {
    const context = canvas.getContext('2d');
    const scale = scaleOf(state);
    context.textBaseline = 'middle';
    return {
      context, run, state, gutter: GUTTER, width: size.width, labels: [],
      x: (time) => GUTTER + (time - state.begin) * scale,
      unknownHatch: unknownHatch(context),
    };
  }

  function drawAxis(view, bottom) {
    const {context, state} = view;
    context.fillStyle = colours().panel;
    context.fillRect(0, 0, size.width, axis);
    const step = Math.max(run.timed ? 0 : 1, niceStep(state.end - state.begin, (size.width - GUTTER) / 90));
    context.font = '11px system-ui, sans-serif';
    for (let time = Math.ceil(state.begin / step) * step; time <= state.end; time += step) {
      const at = view.x(time);
      context.fillStyle = colours().line;
      context.fillRect(at, axis - 5, 1, bottom - axis + 5);
      context.fillStyle = colours().faint;
      context.fillText(tickText(time, step, run.timed), at + 3, axis / 2);
    }
  }

  function drawLabels(view) {
    const {context} = view;
    context.font = '10.5px ui-monospace, monospace';
    context.fillStyle = colours().ground;
    for (const [i, left, top, width, height_] of view.labels) {
      const unknown = run.operations.outcome[i] === UNKNOWN;
      context.fillStyle = unknown || run.operations.outcome[i] === 1 ? colours().ink : colours().ground;
      const from = Math.max(left, GUTTER);
      textIn(context, describe(run, i), from + 4, top + height_ / 2 + 0.5, left + width - from - 6);
    }
  }

  function outline(view, i, colour, width, number) {
    const row = rows.find((each) => each.kind === 'client' && each.lane === run.laneOf[i]);
    const {context, x} = view;
    const begin = x(run.operations.invoked[i]);
    const end = run.operations.end[i] === Infinity ? begin + 30 : x(run.operations.end[i]);
    if (end < GUTTER || begin > size.width) return;
    const left = Math.max(GUTTER, begin) - 2;
    const right = Math.min(size.width, Math.max(end, begin + 3)) + 2;
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.strokeRect(left, row.y + 1.5, right - left, row.height - 3);
    if (number === undefined) return;
    context.beginPath();
    context.fillStyle = colour;
    context.arc(left, row.y + 3, 7, 0, 7);
    context.fill();
    context.fillStyle = colours().ground;
    context.font = 'bold 9.5px system-ui, sans-serif';
    context.textAlign = 'center';
    context.fillText(String(number), left, row.y + 3.5);
    context.textAlign = 'left';
  }

  function drawMatches(view) {
    if (!matches.set || matches.set.size === 0 || matches.set.size > 5000) return;
    for (const i of matches.set) outline(view, i, colours().match, 1.5);
  }

  function drawGutter(view, scrolled) {
    const {context} = view;
    context.fillStyle = colours().panel;
    context.fillRect(0, scrolled, GUTTER, size.height);
    context.font = '11px system-ui, sans-serif';
    for (const row of rows) {
      context.fillStyle = colours().ink;
      if (row.height >= 9) textIn(context, row.label, 8, row.y + row.height / 2 + 0.5, GUTTER - 12);
    }
  }

  function drawCursors(view, scrolled) {
    const {context, state} = view;
    const line = (time, colour, dash) => {
      const at = view.x(time);
      if (at < GUTTER || at > size.width) return;
      context.strokeStyle = colour;
      context.lineWidth = 1.2;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(at, scrolled);
      context.lineTo(at, scrolled + size.height);
      context.stroke();
      context.setLineDash([]);
    };
    if (state.cursor !== null) line(state.cursor, colours().select, []);
    if (hover !== null) line(timeAt(hover.x), colours().faint, [3, 3]);
  }

  function draw(state) {
    const begun = performance.now();
    if (size.width === 0) return;
    const view = makeView(state);
    const {context} = view;
    const scrolled = scroller.scrollTop;
    context.save();
    context.fillStyle = colours().ground;
    context.fillRect(0, 0, size.width, size.height);
    context.translate(0, -scrolled);
    drawFaultBands(view, axis, Math.max(height, scrolled + size.height));
    for (const row of rows) {
      if (row.y + row.height < scrolled || row.y > scrolled + size.height) continue;
      context.fillStyle = colours().line;
      if (row.kind === 'client') context.fillRect(GUTTER, row.y + row.height - 0.5, size.width, 0.5);
      PAINTERS[row.kind](view, row);
    }
    drawLabels(view);
    drawMatches(view);
    const shown = run.raw.contradictions[state.contradiction];
    if (shown) shown.core.forEach((i, at) => outline(view, i, colours().core, 2.5, at + 1));
    if (state.selected !== null) outline(view, state.selected, colours().select, 2.5);
    drawGutter(view, scrolled);
    drawCursors(view, scrolled);
    context.restore();
    drawAxis({...view, x: view.x}, axis);
    context.fillStyle = colours().panel;
    context.fillRect(0, 0, GUTTER, axis);
    frames.push(performance.now() - begun);
    if (frames.length > 500) frames.shift();
  }

  function operationAt(row, px) {
    const slack = 3 / scaleOf(store.state);
    const time = timeAt(px);
    const {operations} = run;
    let found = null;
    for (let at = firstFrom(run, row.operations, time - slack); at < row.operations.length; ++at) {
      const i = row.operations[at];
      if (operations.invoked[i] > time + slack) break;
      const next = row.operations[at + 1];
      const end = operations.end[i] === Infinity ? (next === undefined ? run.finish : operations.invoked[next]) : operations.end[i];
      if (end >= time - slack && !store.state.hidden.has(operations.outcome[i])) found = i;
    }
    return found;
  }

  function textAt(row, px) {
    const time = timeAt(px);
    if (row.kind === 'client') {
      const i = operationAt(row, px);
      if (i === null) return null;
      const length = run.operations.end[i] - run.operations.invoked[i];
      return `${describe(run, i)}\n${clientOf(run, i)}, ${outcomeText(run, i)}` +
        (length === Infinity ? '' : ` after ${timeText(length, run.timed)}`);
    }
    if (row.kind === 'node') {
      const span = row.node.spans.find((each) => time >= each.begin && time <= each.end);
      return span ? `${row.label} ${spanText(run, span)}` : `${row.label} answers nobody`;
    }
    if (row.kind === 'fault') {
      const fault = row.faults.find((each) => time >= each.asked && time <= (each.back ?? each.healed ?? run.finish));
      return fault ? faultText(fault) : null;
    }
    if (row.kind === 'watch') {
      const near = row.records.filter((record) => Math.abs(record[0] - time) < 3 / scaleOf(store.state));
      return near.length ? near.slice(0, 4).map((record) => `${timeText(record[0])} ${record[2]} ${record[3]}`).join('\n') : null;
    }
    return null;
  }

  function pointer(event) {
    const bounds = canvas.getBoundingClientRect();
    return {x: event.clientX - bounds.left, y: event.clientY - bounds.top + scroller.scrollTop, top: event.clientY - bounds.top};
  }

  let drag = null;
  canvas.addEventListener('pointerdown', (event) => {
    const at = pointer(event);
    drag = {from: at.x, begin: store.state.begin, end: store.state.end, moved: false};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    const at = pointer(event);
    hover = at.x >= GUTTER ? at : null;
    if (drag && Math.abs(at.x - drag.from) > 3) drag.moved = true;
    if (drag && drag.moved) {
      const by = (drag.from - at.x) / scaleOf(store.state);
      store.change({begin: drag.begin + by, end: drag.end + by});
    }
    const row = at.x >= GUTTER ? rowAt(rows, at.y) : null;
    const text = row && !drag ? textAt(row, at.x) : null;
    tip.hidden = text === null;
    if (text !== null) {
      tip.textContent = text;
      tip.style.left = `${Math.min(at.x + 14, size.width - 260)}px`;
      tip.style.top = `${at.top + 16}px`;
    }
    draw(store.state);
  });
  canvas.addEventListener('pointerup', (event) => {
    const at = pointer(event);
    if (drag && !drag.moved && at.x >= GUTTER) {
      const row = rowAt(rows, at.y);
      const i = row && row.kind === 'client' ? operationAt(row, at.x) : null;
      if (i !== null) store.select(i, {show: false});
      else store.change({cursor: Math.max(0, timeAt(at.x)), selected: null});
    }
    drag = null;
  });
  canvas.addEventListener('pointerleave', () => {
    hover = null;
    tip.hidden = true;
    draw(store.state);
  });
  canvas.addEventListener('wheel', (event) => {
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      store.pan(((event.deltaX || event.deltaY) / size.width) * 1.2);
    } else if (event.ctrlKey || height <= size.height) {
      event.preventDefault();
      store.zoom(1.0015 ** event.deltaY, timeAt(pointer(event).x));
    }
  }, {passive: false});
  scroller.addEventListener('scroll', () => draw(store.state));

  return {box, canvas, draw, resize, frames, rows, timeAt, xOf: (time) => makeView(store.state).x(time)};
}

export function faultText(fault) {
  const at = (time, word) => (time === null || time === undefined ? `${word}: not seen` : `${word} ${timeText(time)}`);
  return `${fault.name} ${fault.target}\n${at(fault.asked, 'asked')} · ${at(fault.effect, 'took effect')} · ` +
    `${at(fault.healed, 'healed')} · ${at(fault.back, 'service back')}`;
}
