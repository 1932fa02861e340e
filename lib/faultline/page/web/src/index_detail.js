import {linkTo, seconds, statusOf} from './index_data.js';
import {mark, trend} from './index_matrix.js';
import {copyButton} from './copy.js';
import {element, replaceChildren} from './format.js';

// One scenario in one component: every run of it, newest first, with its timeline, its evidence and the line that runs it again.

function timelineLink(raw, path) {
  return path === null ? element('small', {}, 'no timeline') : element('a', {href: linkTo(raw, path), class: 'timeline'}, 'timeline');
}

export const rerunLine = (line) => (line === '' ? null
  : element('div', {class: 'rerun'}, element('code', {}, line), copyButton(line)));

function unmet(run) {
  if (run.unmet.length === 0 && run.failures.length === 0) return null;
  const items = run.unmet.map((verdict) => element('li', {}, element('b', {}, `${verdict.judgement}: `), verdict.property,
    verdict.evidence.length === 0 ? null : element('ul', {}, verdict.evidence.map((line) => element('li', {}, line)))));
  // Where a verdict tells it, the program's own message says the same again.
  const messages = run.unmet.length > 0 ? [] : run.failures.map((text) => element('li', {}, element('pre', {}, text)));
  return element('ul', {class: 'unmet'}, items, messages);
}

function outage(run) {
  if (run.outage === null) return '-';
  const counted = run.counted < run.outage - 0.005 ? ` (${seconds(run.counted)} counts)` : '';
  return `${run.ended ? seconds(run.outage) : 'not over'}${counted}${run.bound === null ? '' : ` / ${run.bound.toFixed(1)} s`}`;
}

function runCard(raw, run) {
  const {kind, word} = statusOf(run.status);
  return element('article', {class: `run ${kind}`},
    element('div', {class: 'line'}, mark(run.status), element('b', {class: `word ${kind}`}, word),
      element('span', {}, run.started), element('span', {}, `${run.seconds.toFixed(0)} s`), element('span', {}, `seed ${run.seed}`),
      run.outage === null ? null : element('span', {}, `outage ${outage(run)}`),
      run.store === '' ? null : element('span', {}, run.store), timelineLink(raw, run.timeline)),
    run.gap === '' ? null : element('p', {}, run.gap), unmet(run), rerunLine(run.rerun),
    element('small', {class: 'where'}, run.directory));
}

export function makeDetail(data, close) {
  const box = element('aside', {id: 'detail', tabindex: '-1', 'aria-live': 'polite'});
  const draw = (test) => {
    box.hidden = test === null;
    if (test === null) return replaceChildren(box);
    return replaceChildren(box,
      element('div', {class: 'titles'}, element('h2', {}, test.test), element('button', {type: 'button', onclick: close, title: 'Esc'}, 'close')),
      element('p', {class: 'hint'}, `${test.component}: ${test.held} of ${test.judged.length} held${test.broken > 0 ? `; ${test.broken} more ended with an error of the harness` : ''}`),
      test.outages.length > 1 ? element('div', {class: 'wide'}, trend(test.outages, 300, 60), element('small', {}, 'the outage that counts, run by run, and the bound')) : null,
      [...test.runs].reverse().map((run) => runCard(data.raw, run)));
  };
  return {box, draw};
}
