import './style.css';
import './index.css';
import {decode, isHarness, linkTo, matches, statusOf} from './index_data.js';
import {makeDetail} from './index_detail.js';
import {mark, makeMatrix} from './index_matrix.js';
import {makeSweeps} from './index_sweeps.js';
import {element} from './format.js';
import {listen, makeHelp} from './keys.js';

const data = decode(JSON.parse(document.getElementById('data').textContent));
const {raw} = data;
const EMPTY = {text: '', status: '', component: '', test: ''};

// The place is in the address: what is shown can be sent to somebody.
function fromFragment() {
  const place = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.keys(EMPTY).map((name) => [name, place.get(name) ?? '']));
}

function toFragment(state) {
  const place = new URLSearchParams(Object.entries(state).filter(([, value]) => value !== ''));
  return place.size > 0 || `${place}` !== '' ? `#${place}` : '';
}

let state = fromFragment();
const chosen = () => data.tests.find((test) => `${test.test} ${test.component}` === state.test || test.test === state.test) ?? null;

const choose = (test) => {
  change({test: test.test});
  detail.box.focus({preventScroll: true});
  detail.box.scrollIntoView({block: 'nearest'});
};
const matrix = makeMatrix(data, choose);
const detail = makeDetail(data, () => close());
const help = makeHelp([
  ['/', 'search'], ['← ↑ ↓ →', 'another scenario'], ['n N', 'next, previous scenario that did not hold'],
  ['Enter', 'its runs'], ['t', 'the newest timeline of it'], ['Esc', 'close its runs; then show everything'], ['?', 'this list']]);

function count(status) {
  return data.runs.filter((run) => (status === 'harness' ? isHarness(run) : run.status === status)).length;
}

function chip(status, word, sign) {
  const number = count(status);
  return number === 0 ? null : element('button', {type: 'button', 'data-status': status, 'aria-pressed': 'false', onclick: () => change({status: state.status === status ? '' : status})}, sign, ` ${number} ${word}`);
}

const chips = element('div', {class: 'chips', role: 'group', 'aria-label': 'show only'},
  chip('failed', 'failed', mark('failed')), chip('inconclusive', 'inconclusive', mark('inconclusive')), chip('held', 'held', mark('held')),
  chip('gap', count('gap') === 1 ? 'gap' : 'gaps', mark('gap')), chip('harness', 'errors of the harness', mark('broken')));

const components = element('select', {'aria-label': 'component', onchange: () => change({component: components.value})},
  element('option', {value: ''}, 'all components'), [...new Set([...data.components, 'Watch'])].filter((name) => data.components.includes(name) || data.tests.some((test) => test.test.includes(name))).map((name) => element('option', {value: name}, name)));
const search = element('input', {type: 'search', placeholder: 'search scenarios', 'aria-label': 'search scenarios', oninput: () => change({text: search.value})});
const shown = element('span', {class: 'count', 'aria-live': 'polite'});
const toolbar = element('div', {class: 'toolbar'}, search, components, shown, element('button', {type: 'button', title: 'keys', onclick: () => help.showModal()}, '?'));

function firstReason(test) {
  const run = [...test.runs].reverse().find((each) => each.status === test.status) ?? test.last;
  if (run.gap !== '') return run.gap;
  return run.unmet.length > 0 ? [run.unmet[0].property, ...run.unmet[0].evidence.slice(0, 1)].join(': ') : run.failures[0] ?? '';
}

function listOf(id, title, tests) {
  if (tests.length === 0) return null;
  return element('section', {class: 'list-of', id}, element('h2', {}, title), element('ul', {}, tests.map((test) => element('li', {},
    mark(test.status), element('button', {type: 'button', class: 'name', onclick: () => choose(test)}, `${test.component} ${test.name}`),
    test.status === 'gap' ? '' : ` ${test.held} of ${test.judged.length} held`,
    element('span', {class: 'reason'}, firstReason(test))))));
}

// What the harness could not carry through says nothing of a service: it stands apart.
function harnessErrors() {
  const runs = data.runs.filter(isHarness);
  const lost = raw.commands.flatMap((command) => command.lost.map((scenario) => ({...scenario, command})));
  if (runs.length + lost.length + raw.problems.length === 0) return null;
  return element('section', {class: 'list-of', id: 'harness'}, element('h2', {}, 'Errors of the harness: they say nothing of a service'), element('ul', {},
    runs.map((run) => element('li', {}, mark(run.status), element('b', {class: 'word harness'}, `${run.status} `), element('button', {type: 'button', class: 'name', onclick: () => change({test: run.test})}, `${run.component} ${run.name}`), ` ${run.started}`,
      element('span', {class: 'reason'}, (run.failures[0] ?? run.directory).split('\n').slice(0, 3).join(' ')))),
    lost.map((scenario) => element('li', {}, mark('broken'), element('b', {class: 'word harness'}, `${scenario.status} `), scenario.test, element('span', {class: 'reason'}, `run ${scenario.command.id}`))),
    raw.problems.map((problem) => element('li', {}, mark('broken'), element('b', {class: 'word harness'}, 'not read '), element('span', {class: 'reason'}, problem)))));
}

function commands() {
  if (raw.commands.length === 0) return null;
  return element('section', {id: 'commands'}, element('details', {}, element('summary', {}, `${raw.commands.length} runs of faultline t040`), element('div', {class: 'scroll'}, element('table', {class: 'list'},
    element('thead', {}, element('tr', {}, ['', 'began', 'filter', 'shard', 'scenarios', 'time', 'id'].map((name) => element('th', {scope: 'col'}, name)))),
    element('tbody', {}, [...raw.commands].reverse().map((command) => element('tr', {}, element('td', {}, mark(command.good ? 'held' : 'failed'), command.good ? 'green' : 'red'),
      [command.started, command.filter, command.shard, command.scenarios, `${command.seconds.toFixed(0)} s`, command.id].map((value) => element('td', {}, value)))))))));
}

const failing = data.tests.filter((test) => ['failed', 'inconclusive'].includes(test.status))
  .sort((a, b) => a.held / a.judged.length - b.held / b.judged.length);
const started = data.runs.map((run) => run.started).sort();
const main = element('main', {class: 'index alone'}, element('div', {id: 'stage'}, toolbar, matrix.box), detail.box);
document.getElementById('page').replaceChildren(
  element('header', {}, element('h1', {}, 'Faultline runs'),
    element('p', {class: 'headline', id: 'headline'}, `${data.runs.length} runs of ${data.tests.length} scenarios${failing.length > 0 ? `; ${failing.length} did not hold every time` : ''}`
      + `${raw.sweeps.length > 0 ? `; ${raw.sweeps.length} ${raw.sweeps.length === 1 ? 'sweep' : 'sweeps'}` : ''}${started.length > 0 ? `, from ${started[0]} to ${started[started.length - 1]}` : ''}.`),
    raw.missing_shards.length === 0 ? null : element('div', {class: 'problems', id: 'missing', role: 'note'}, element('b', {}, 'Not all parts are here:'), element('ul', {}, raw.missing_shards.map((line) => element('li', {}, line)))),
    data.missing.length === 0 ? null : element('p', {class: 'hint'}, `No run of ${data.missing.join(', ')}.`)),
  chips, ...[listOf('failing', 'Did not hold', failing)].filter((part) => part !== null), main,
  ...[listOf('gaps', 'Gaps: what a service cannot do', data.tests.filter((test) => test.status === 'gap')), harnessErrors(), makeSweeps(data), commands()].filter((part) => part !== null), help);

function draw() {
  const visible = data.tests.filter((test) => matches(test, state));
  matrix.draw(new Set(visible));
  shown.textContent = visible.length === data.tests.length ? '' : `${visible.length} of ${data.tests.length}`;
  search.value = state.text;
  components.value = state.component;
  for (const button of chips.children) button.setAttribute('aria-pressed', String(button.dataset.status === state.status));
  const test = chosen();
  detail.draw(test);
  main.classList.toggle('alone', test === null);
  for (const cell of matrix.box.querySelectorAll('.cell')) cell.setAttribute('aria-current', String(test !== null && cell.dataset.test === test.test));
}

function change(changes) {
  state = {...state, ...changes};
  history.replaceState(null, '', toFragment(state) || location.pathname + location.search);
  draw();
}

function close() {
  if (state.test === '') return change({...EMPTY});
  const {test} = state;
  change({test: ''});
  return cells().find((cell) => cell.dataset.test === test)?.focus();
}

const cells = () => [...matrix.box.querySelectorAll('.cell')];

function focusOn(cell) {
  if (!cell) return;
  cell.focus();
  cell.scrollIntoView({block: 'nearest'});
  if (state.test !== '') change({test: cell.dataset.test});
  cells().find((each) => each.dataset.test === cell.dataset.test)?.focus();
}

function current() {
  return cells().find((cell) => cell === document.activeElement || (document.activeElement === document.body && cell.dataset.test === state.test));
}

function goInColumn(by) {
  const here = current();
  if (!here) return focusOn(cells()[0]);
  const column = cells().filter((cell) => cell.parentElement.dataset.component === here.parentElement.dataset.component);
  return focusOn(column[column.indexOf(here) + by]);
}

function goInRow(by) {
  const here = current();
  if (!here) return focusOn(cells()[0]);
  const row = [...here.closest('tr').querySelectorAll('.cell')];
  return focusOn(row[row.indexOf(here) + by]);
}

function goFailing(by) {
  const bad = cells().filter((cell) => failing.some((test) => test.test === cell.dataset.test));
  const here = bad.indexOf(current());
  focusOn(bad[here < 0 ? (by > 0 ? 0 : bad.length - 1) : here + by]);
}

function openTimeline() {
  const run = [...(chosen()?.runs ?? [])].reverse().find((each) => each.timeline !== null);
  if (run) location.href = linkTo(raw, run.timeline);
}

listen({
  ArrowDown: () => goInColumn(1), ArrowUp: () => goInColumn(-1), ArrowRight: () => goInRow(1), ArrowLeft: () => goInRow(-1),
  n: () => goFailing(1), N: () => goFailing(-1), t: openTimeline, '/': () => search.focus(), Escape: close, '?': () => help.showModal(),
});
addEventListener('hashchange', () => {
  state = fromFragment();
  draw();
});
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') search.blur();
});
draw();
requestAnimationFrame(() => performance.mark('painted'));

// For the tests of this page.
window.faultline = {data, statusOf};
