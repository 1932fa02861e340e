import {colours} from './colours.js';
import {FAIL, OK, UNKNOWN} from './data.js';
import {firstFrom} from './rows.js';

// How each kind of row is drawn. `view` knows the context, the scale and what is visible.

function hatch(context, colour, ground) {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 6;
  const pen = tile.getContext('2d');
  if (ground) {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 6, 6);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = 1.4;
  pen.beginPath();
  pen.moveTo(-1, 7);
  pen.lineTo(7, -1);
  pen.moveTo(-1, 1);
  pen.lineTo(1, -1);
  pen.moveTo(5, 7);
  pen.lineTo(7, 5);
  pen.stroke();
  return context.createPattern(tile, 'repeat');
}

export function textIn(context, text, x, y, width) {
  if (width < 14) return;
  let shown = text;
  const measure = (value) => context.measureText(value).width;
  if (measure(shown) > width) {
    let keep = Math.floor((shown.length * width) / measure(shown)) - 1;
    while (keep > 1 && measure(`${shown.slice(0, keep)}…`) > width) --keep;
    if (keep < 2) return;
    shown = `${shown.slice(0, keep)}…`;
  }
  context.fillText(shown, x, y);
}

// The stretches of a fault: asked until it took effect, in effect, healed until the service was back.
export function phasesOf(fault, finish) {
  const healed = fault.healed ?? finish;
  const effect = fault.effect ?? fault.asked;
  const phases = [];
  if (effect > fault.asked) phases.push({begin: fault.asked, end: effect, kind: 'asked'});
  phases.push({begin: effect, end: healed, kind: 'effect'});
  if (fault.back !== null && fault.back > healed) phases.push({begin: healed, end: fault.back, kind: 'back'});
  return phases;
}

export function drawFaultBands(view, top, bottom) {
  const {context, x, run} = view;
  for (const fault of run.faults) {
    for (const phase of phasesOf(fault, run.finish)) {
      const left = Math.max(view.gutter, x(phase.begin));
      const right = Math.min(view.width, x(phase.end));
      if (right < view.gutter || left > view.width) continue;
      context.globalAlpha = phase.kind === 'effect' ? 0.16 : 0.09;
      context.fillStyle = phase.kind === 'effect' ? colours().fault : hatch(context, colours().fault);
      if (phase.kind !== 'effect') context.globalAlpha = 0.28;
      context.fillRect(left, top, Math.max(1, right - left), bottom - top);
      context.globalAlpha = 1;
    }
  }
}

export function drawFaultRow(view, row) {
  const {context, x, run} = view;
  for (const fault of row.faults) {
    for (const phase of phasesOf(fault, run.finish)) {
      const left = Math.max(view.gutter, x(phase.begin));
      const right = Math.min(view.width, x(phase.end));
      if (right <= view.gutter || left >= view.width) continue;
      const solid = phase.kind === 'effect';
      context.fillStyle = solid ? colours().fault : hatch(context, colours().fault, colours().panel);
      context.fillRect(left, row.y + 2, Math.max(2, right - left), row.height - 4);
    }
    const left = Math.max(view.gutter, x(fault.asked)) + 5;
    const right = Math.min(view.width, Math.max(x(fault.healed ?? run.finish), x(fault.asked) + 2));
    context.font = 'bold 11px system-ui, sans-serif';
    const label = `${fault.name} ${fault.target}`;
    const inside = right - left > context.measureText(label).width;
    context.fillStyle = inside ? colours().ground : colours().ink;
    const outside = Math.max(view.gutter, x(fault.back ?? fault.healed ?? run.finish)) + 4;
    if (x(fault.back ?? fault.healed ?? run.finish) < view.gutter || x(fault.asked) > view.width) continue;
    textIn(context, label, inside ? left : outside, row.y + row.height / 2, inside ? right - left : view.width - outside);
  }
}

export function drawProbes(view, row) {
  const {context, x, run} = view;
  const {raw} = run;
  const bottom = row.y + row.height - 3;
  for (const [due, answered] of raw.probes) {
    const at = x(due);
    if (at < view.gutter || at > view.width) continue;
    context.fillStyle = answered >= 0 ? colours().ok : colours().outage;
    context.fillRect(at, answered >= 0 ? bottom - 3 : bottom - 8, 1.5, answered >= 0 ? 3 : 8);
  }
  for (const outage of raw.outages) drawOutage(view, row, outage);
}

function drawOutage(view, row, outage) {
  const {context, x, run} = view;
  const end = outage.ended ? outage.end : run.finish;
  const left = Math.max(view.gutter, x(outage.begin));
  const right = Math.min(view.width, x(end));
  if (right > view.gutter && left < view.width) {
    context.fillStyle = colours().outage;
    context.fillRect(left, row.y + 1, Math.max(1.5, right - left), 15);
    context.fillStyle = colours().ground;
    context.font = 'bold 10.5px system-ui, sans-serif';
    const seconds = `${((end - outage.begin) / 1e6).toFixed(2)} s`;
    if (right - left > 40) textIn(context, `down ${seconds}`, left + 4, row.y + 9, right - left - 4);
  }
  // Beside the longest alone: the others' would cover one another.
  const longest = run.raw.outages.every((other) => other.end - other.begin <= outage.end - outage.begin);
  if (run.raw.bound === null || !(longest || end - outage.begin > run.raw.bound / 2)) return;
  const limit = x(deadlineOf(run.raw, outage));
  if (limit < view.gutter || limit > view.width) return;
  context.fillStyle = colours().bound;
  context.fillRect(limit - 1, row.y, 2, row.height - 4);
  context.font = '10px system-ui, sans-serif';
  context.fillText('bound', limit + 3, row.y + 6);
}

// An outage must end in the promised time from its beginning, or from the end of the last downtime that it touches.
export function deadlineOf(raw, outage) {
  let from = outage.begin;
  for (const [begin, until] of raw.downtimes) {
    if (begin <= outage.end && until >= outage.begin && until > from) from = until;
  }
  return from + raw.bound;
}

export function drawNode(view, row) {
  const {context, x, run} = view;
  context.fillStyle = hatch(context, colours().line);
  context.fillRect(view.gutter, row.y + 3, view.width - view.gutter, row.height - 6);
  for (const span of row.node.spans) {
    const left = Math.max(view.gutter, x(span.begin));
    const right = Math.min(view.width, x(span.end));
    if (right <= view.gutter || left >= view.width) continue;
    context.fillStyle = span.leads ? colours().leader : span.leader < 0 ? colours().lost : colours().follower;
    context.fillRect(left, row.y + 3, Math.max(1, right - left - 0.5), row.height - 6);
    context.fillStyle = span.leads ? colours().ground : colours().ink;
    context.font = span.leads ? 'bold 10px system-ui, sans-serif' : '10px system-ui, sans-serif';
    textIn(context, spanText(run, span), left + 4, row.y + row.height / 2, right - left - 6);
  }
}

export function spanText(run, span) {
  if (span.leads) return `leads, term ${span.term}`;
  if (span.leader < 0) return `knows no leader, term ${span.term}`;
  return `follows ${run.nodes[span.leader].name}, term ${span.term}`;
}

export function drawWatch(view, row) {
  const {context, x} = view;
  let last = -1;
  for (const [time, , kind] of row.records) {
    const at = x(time);
    if (at < view.gutter || at > view.width) continue;
    const loud = kind === 'broken' || kind === 'compacted';
    if (!loud && at - last < 1) continue;
    last = at;
    context.fillStyle = loud ? colours().unknown : colours().watch;
    context.fillRect(at, row.y + (loud ? 1 : 4), loud ? 2 : 1, row.height - (loud ? 2 : 8));
  }
}

const colourOf = (outcome) => [colours().ok, colours().fail, colours().unknown][outcome];

// As many as there are: those that fall on one pixel are drawn once, the worst of them.
export function drawClient(view, row) {
  const {context, x, run, state} = view;
  const {operations} = run;
  const list = row.operations;
  const top = row.y + (row.height > 12 ? 3 : 1);
  const height = row.height - (row.height > 12 ? 6 : 2);
  let drawnTo = -1;
  let drawnWorst = -1;
  for (let at = firstFrom(run, list, state.begin); at < list.length; ++at) {
    const i = list[at];
    if (operations.invoked[i] > state.end) break;
    const outcome = operations.outcome[i];
    if (state.hidden.has(outcome)) continue;
    const left = x(operations.invoked[i]);
    const next = at + 1 < list.length ? operations.invoked[list[at + 1]] : run.finish;
    const right = outcome === UNKNOWN ? x(next) : x(operations.end[i]);
    if (right < view.gutter) continue;
    const width = Math.max(1.2, right - left - (right - left > 4 ? 1 : 0));
    if (right <= drawnTo + 0.5 && outcome <= drawnWorst) continue;
    drawOne(view, outcome, Math.max(view.gutter, left), top, Math.min(width, view.width - left), height);
    if (right > drawnTo) {
      drawnTo = Math.max(right, left + 1);
      drawnWorst = outcome;
    } else {
      drawnWorst = Math.max(drawnWorst, outcome);
    }
    if (width > 40 && row.height > 12) view.labels.push([i, left, top, width, height]);
  }
}

// Filled: acknowledged. Low bar: failed. Hatched and open to the right: unknown.
function drawOne(view, outcome, left, top, width, height) {
  const {context} = view;
  if (outcome === OK) {
    context.fillStyle = colourOf(OK);
    context.fillRect(left, top, width, height);
  } else if (outcome === FAIL) {
    context.fillStyle = colourOf(FAIL);
    if (width > 40) {
      context.globalAlpha = 0.22;
      context.fillRect(left, top, width, height);
      context.globalAlpha = 1;
    }
    const bar = width > 40 ? 3 : height * 0.45;
    context.fillRect(left, top + height - bar, width, bar);
    context.fillRect(left, top, Math.min(2, width), height);
  } else {
    context.fillStyle = width > 4 ? view.unknownHatch : colourOf(UNKNOWN);
    context.fillRect(left, top, width, height);
    context.fillStyle = colourOf(UNKNOWN);
    context.fillRect(left, top, Math.min(2.5, width), height);
  }
}

export const unknownHatch = (context) => hatch(context, colours().unknown);
