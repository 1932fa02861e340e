import {seconds, statusOf} from './index_data.js';
import {element} from './format.js';

// Scenarios by components. A cell says what held, how often, and the worst outage beside its bound, with its course over the runs.

const SVG = 'http://www.w3.org/2000/svg';

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

export const mark = (status) => element('span', {class: `mark ${statusOf(status).kind}`, 'aria-hidden': 'true'}, statusOf(status).mark);

// The outage that counts as a bar, the bound as a stroke: beyond the stroke is too long.
function bar(counted, bound) {
  const width = 84;
  const full = Math.max(counted, bound ?? 0, 0.001) * 1.08;
  const svg = shape('svg', {width, height: 9, class: 'bar', 'aria-hidden': 'true'});
  svg.append(shape('rect', {x: 0, y: 2, width: Math.max(1, (counted / full) * width), height: 5, class: bound !== null && counted > bound ? 'over' : 'within'}));
  if (bound !== null) svg.append(shape('rect', {x: (bound / full) * width - 1, y: 0, width: 2, height: 9, class: 'bound'}));
  return svg;
}

// A dot a run, oldest first, its height the outage; held ones round, others square.
export function trend(runs, width = 84, height = 22) {
  const shown = runs.slice(-40);
  const bounds = shown.map((run) => run.bound ?? 0);
  const full = Math.max(...shown.map((run) => run.counted ?? 0), ...bounds, 0.001) * 1.1;
  const svg = shape('svg', {width, height, class: 'trend', 'aria-hidden': 'true'});
  const at = (i) => (shown.length === 1 ? width / 2 : 3 + (i * (width - 6)) / (shown.length - 1));
  const up = (value) => height - 2.5 - (value / full) * (height - 5);
  const bound = Math.max(...bounds);
  if (bound > 0) svg.append(shape('line', {x1: 0, x2: width, y1: up(bound), y2: up(bound), class: 'bound'}));
  const line = shown.map((run, i) => `${at(i).toFixed(1)},${up(run.counted ?? 0).toFixed(1)}`);
  if (line.length > 1) svg.append(shape('polyline', {points: line.join(' ')}));
  shown.forEach((run, i) => {
    const y = up(run.counted ?? 0);
    svg.append(run.status === 'held' ? shape('circle', {cx: at(i), cy: y, r: 2.2, class: 'good'})
      : shape('rect', {x: at(i) - 2.4, y: y - 2.4, width: 4.8, height: 4.8, class: 'bad'}));
  });
  return svg;
}

function outageText(test) {
  const {most} = test;
  if (most === null) return '';
  const bound = most.bound === null ? '' : ` of ${most.bound.toFixed(1)} s`;
  return `${most.ended ? seconds(most.counted) : 'not over'}${bound}`;
}

export function describe(test) {
  const outage = outageText(test);
  const broken = test.broken > 0 ? `, ${test.broken} ended by the harness` : '';
  return `${test.component} ${test.name}: ${statusOf(test.status).word}, ${test.held} of ${test.judged.length} held${broken}${outage === '' ? '' : `, worst outage ${outage}`}`;
}

function cell(test, choose) {
  const count = test.judged.length === 0 ? '' : `${test.held}/${test.judged.length}`;
  const word = test.status === 'held' ? '' : statusOf(test.status).word;
  const top = element('span', {class: 'top'}, mark(test.status), element('b', {}, count), word === '' ? null : element('span', {class: `word ${statusOf(test.status).kind}`}, word),
    test.broken > 0 ? element('span', {class: 'word harness', title: 'errors of the harness'}, `${test.broken}!`) : null);
  return element('button', {type: 'button', class: 'cell', 'data-test': test.test, 'aria-label': describe(test), title: describe(test), onclick: () => choose(test)},
    top,
    test.most === null ? null : element('span', {class: 'outage'}, outageText(test)),
    test.most === null ? null : test.outages.length > 1 ? trend(test.outages) : bar(test.most.counted, test.most.bound));
}

export function makeMatrix(data, choose) {
  const box = element('div', {class: 'matrix', id: 'matrix'});
  const draw = (visible) => {
    const rows = data.rows.map((row) => ({...row, cells: row.cells.filter((test) => visible.has(test))})).filter((row) => row.cells.length > 0);
    const columns = data.components.filter((name) => rows.some((row) => row.cells.some((test) => test.component === name)));
    if (rows.length === 0) return box.replaceChildren(element('p', {class: 'hint'}, 'Nothing matches.'));
    const head = element('thead', {}, element('tr', {}, element('th', {scope: 'col'}, 'scenario'), columns.map((name) => element('th', {scope: 'col'}, name))));
    const body = element('tbody', {});
    let step = null;
    for (const row of rows) {
      if (row.step !== step) body.append(element('tr', {class: 'step'}, element('th', {colspan: columns.length + 1, scope: 'colgroup'}, row.step)));
      step = row.step;
      body.append(element('tr', {}, element('th', {scope: 'row'}, row.name),
        columns.map((name) => {
          const own = row.cells.filter((test) => test.component === name);
          return element('td', {'data-component': name, class: own.length === 0 ? 'none' : ''}, own.map((test) => cell(test, choose)));
        })));
    }
    return box.replaceChildren(element('table', {}, head, body));
  };
  return {box, draw};
}
