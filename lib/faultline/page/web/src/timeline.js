import './style.css';
import {forgetColours, whenColoursChange} from './colours.js';
import {makeCharts} from './charts.js';
import {decode} from './data.js';
import {makeDetail} from './detail.js';
import {element} from './format.js';
import {makeHeader} from './header.js';
import {makeJournals} from './journals.js';
import {listen, makeHelp} from './keys.js';
import {makeLanes} from './lanes.js';
import {makeOverview} from './overview.js';
import {makeSearch} from './search.js';
import {fromFragment, makeState, toFragment} from './state.js';
import {witnessOf} from './story.js';

const run = decode(JSON.parse(document.getElementById('data').textContent));
const store = makeState(run);
const search = makeSearch(run, store);
const lanes = makeLanes(run, store, search.matches);
const overview = makeOverview(run, store);
const charts = makeCharts(run, store);
const detail = makeDetail(run, store);
const journals = makeJournals(run, store);
const help = makeHelp();

// What somebody would want to look at: not acknowledged, or part of the violation.
const core = new Set(run.raw.contradictions.flatMap((found) => [...found.core, found.blocked]));
const notable = (i) => run.operations.outcome[i] !== 0 || core.has(i);

function goNotable(by) {
  let i = (store.state.selected ?? (by > 0 ? -1 : run.operations.count)) + by;
  while (i >= 0 && i < run.operations.count && !notable(i)) i += by;
  if (i >= 0 && i < run.operations.count) store.select(i);
}

function goInLane(by) {
  const {selected} = store.state;
  if (selected === null) return;
  const list = run.lanes[run.laneOf[selected]].operations;
  const next = list[list.indexOf(selected) + by];
  if (next !== undefined) store.select(next);
}

function goFault(by) {
  const times = run.faults.map((fault) => fault.asked).sort((a, b) => a - b);
  const from = store.state.cursor ?? (by > 0 ? -1 : Infinity);
  const next = by > 0 ? times.find((time) => time > from) : times.filter((time) => time < from).pop();
  if (next === undefined) return;
  const length = Math.min(store.state.end - store.state.begin, run.finish / 2);
  store.change({cursor: next, begin: next - length / 4, end: next + (length * 3) / 4});
}

function goViolation() {
  const found = run.raw.contradictions[store.state.contradiction];
  if (!found) return;
  const {operations} = run;
  const ends = found.core.map((i) => Math.min(operations.end[i], run.finish));
  const begin = Math.min(...found.core.map((i) => operations.invoked[i]));
  const end = Math.max(...ends);
  const margin = Math.max((end - begin) * 0.25, 1000);
  store.change({begin: begin - margin, end: end + margin, selected: witnessOf(run, found), cursor: operations.invoked[witnessOf(run, found)]});
}

function step(by) {
  const found = run.raw.contradictions[store.state.contradiction];
  if (!found || found.states.length === 0) return;
  const next = Math.max(0, Math.min(found.order.length, (store.state.step ?? found.order.length) + by));
  store.change({step: next});
  const i = next < found.order.length ? found.order[next] : found.blocked;
  if (i !== null) store.select(i);
}

const toggle = (outcome) => {
  const hidden = new Set(store.state.hidden);
  if (!hidden.delete(outcome)) hidden.add(outcome);
  store.change({hidden});
};

const button = (text, title, onclick, more = {}) => element('button', {type: 'button', title, onclick, ...more}, text);
const legendEntry = (outcome, name) => {
  const made = button([element('i', {class: `swatch outcome${outcome}`}), name], `show or hide: ${name}`, () => {
    toggle(outcome);
    made.setAttribute('aria-pressed', String(made.getAttribute('aria-pressed') !== 'true'));
  }, {'aria-pressed': 'true', class: 'toggle'});
  return made;
};

const toolbar = element('div', {class: 'toolbar'},
  search.box,
  button('−', 'zoom out: s', () => store.zoom(2)), button('+', 'zoom in: w', () => store.zoom(0.5)),
  button('whole run', '0', store.fit),
  core.size > 0 ? button('violation', 'v', goViolation, {class: 'loud'}) : null,
  run.faults.length > 0 ? button('next fault', 'f', () => goFault(1)) : null,
  legendEntry(0, 'acknowledged'), legendEntry(1, 'failed'), legendEntry(2, 'unknown'),
  run.faults.length > 0 ? element('span', {class: 'key'}, element('i', {class: 'swatch hatched'}), 'asked / coming back', element('i', {class: 'swatch fault'}), 'fault in effect') : null,
  button('?', 'keys', () => help.showModal()));

document.title = `${run.raw.title} · Faultline`;
document.getElementById('page').replaceChildren(
  makeHeader(run),
  element('main', {}, element('div', {id: 'stage'}, toolbar, overview.canvas, lanes.box, charts.box), detail.box),
  journals.box, help);

let lastFragment = null;
store.onChange((state) => {
  search.draw(state);
  lanes.draw(state);
  overview.draw(state);
  detail.draw(state);
  charts.draw(state);
  journals.draw(state);
  const fragment = toFragment(state, run);
  if (fragment === lastFragment) return;
  lastFragment = fragment;
  history.replaceState(null, '', fragment === '' ? location.pathname + location.search : fragment);
});

function layout() {
  const width = document.getElementById('stage').clientWidth;
  lanes.resize();
  overview.resize(Math.floor(width));
  charts.resize(Math.floor(width));
}

listen({
  a: () => store.pan(-0.25), d: () => store.pan(0.25), ArrowLeft: () => store.pan(-0.25), ArrowRight: () => store.pan(0.25),
  w: () => store.zoom(0.6, store.state.cursor ?? undefined), s: () => store.zoom(1 / 0.6, store.state.cursor ?? undefined),
  '+': () => store.zoom(0.6), '=': () => store.zoom(0.6), '-': () => store.zoom(1 / 0.6), 0: store.fit,
  n: () => goNotable(1), N: () => goNotable(-1), j: () => goInLane(1), k: () => goInLane(-1),
  f: () => goFault(1), F: () => goFault(-1), v: goViolation, '[': () => step(-1), ']': () => step(1),
  '/': () => search.input.focus(), Escape: () => store.change({selected: null, cursor: null}), '?': () => help.showModal(),
});
addEventListener('hashchange', () => {
  const changes = fromFragment(location.hash, run);
  store.change(changes);
  if (changes.selected !== undefined && changes.begin === undefined) store.select(changes.selected);
});
addEventListener('resize', layout);
whenColoursChange(() => {
  layout();
  store.change({});
});
addEventListener('beforeprint', () => {
  forgetColours();
  layout();
});
addEventListener('afterprint', () => {
  forgetColours();
  layout();
});

layout();
journals.start();
const asked = fromFragment(location.hash, run);
store.change(asked);
if (asked.selected !== undefined && asked.begin === undefined) store.select(asked.selected);
else if (asked.begin === undefined && core.size > 0) goViolation();
requestAnimationFrame(() => requestAnimationFrame(() => performance.mark('painted')));

// For the tests of this page.
window.faultline = {run, store, lanes};
