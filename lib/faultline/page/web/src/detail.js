import {clientOf, describe, outcomeText} from './data.js';
import {element, replaceChildren, timeText} from './format.js';
import {contradictionSentence, faultsAt} from './story.js';

// Beside the lanes: why it is a violation, step by step; and the operation that is selected.

export function makeDetail(run, store) {
  const why = element('section', {class: 'card', id: 'why'});
  const chosen = element('section', {class: 'card', id: 'chosen'});
  const box = element('aside', {id: 'detail'}, run.raw.contradictions.length > 0 ? why : null, chosen);

  const link = (i, text, more = {}) => element('a', {
    href: `#op=${i}`, 'data-op': i, ...more,
    onclick: (event) => {
      event.preventDefault();
      store.select(i);
    },
  }, text);

  function coreList(found) {
    return element('ol', {class: 'core'}, found.core.map((i) => element('li', {},
      link(i, `${clientOf(run, i)}: ${describe(run, i)}`, {class: 'op'}),
      element('small', {}, ` ${outcomeText(run, i)}, ${timeText(run.operations.invoked[i], run.timed)}` +
        (run.operations.end[i] === Infinity ? ' until nobody knows' : ` to ${timeText(run.operations.end[i], run.timed)}`)))));
  }

  function stepper(found, state) {
    const last = found.order.length;
    if (found.states.length === 0) return null;
    const step = Math.min(state.step ?? last, last);
    const go = (to) => {
      const next = Math.max(0, Math.min(last, to));
      store.change({step: next});
      if (next < last) store.select(found.order[next]);
      else if (found.blocked !== null) store.select(found.blocked);
    };
    const now = step < last ? found.order[step] : found.blocked;
    const explained = step < last
      ? [element('p', {}, `Step ${step + 1} of ${last}: `, link(now, describe(run, now)), ` by ${clientOf(run, now)}`),
        element('dl', {}, element('dt', {}, 'state before'), element('dd', {}, found.states[step]),
          element('dt', {}, 'state after'), element('dd', {}, found.states[step + 1]))]
      : [element('p', {}, `After ${last} steps the state is `, element('b', {}, found.states[last]), '. ',
        now === null ? '' : 'Next had to come ', now === null ? null : link(now, describe(run, now)),
        now === null ? '' : ', and in this state it cannot have that answer. No other order gets further.')];
    return element('div', {class: 'stepper', id: 'stepper'},
      element('h3', {}, 'The longest order that fits'),
      element('div', {class: 'row'},
        element('button', {type: 'button', title: 'step back: [', onclick: () => go(step - 1)}, '◀'),
        element('input', {type: 'range', min: 0, max: last, value: step, 'aria-label': 'step', oninput: (event) => go(Number(event.target.value))}),
        element('button', {type: 'button', title: 'step: ]', onclick: () => go(step + 1)}, '▶')),
      explained);
  }

  function showWhy(state) {
    const all = run.raw.contradictions;
    const found = all[state.contradiction];
    const choose = all.length < 2 ? null : element('select', {
      'aria-label': 'violated key', onchange: (event) => store.change({contradiction: Number(event.target.value), step: null}),
    }, all.map((each, i) => element('option', {value: i, selected: i === state.contradiction}, `key ${each.key}`)));
    replaceChildren(why,
      element('h2', {}, 'Why it is a violation'), choose,
      element('p', {}, contradictionSentence(run, found)),
      found.core.length === 0 ? null : found.core.length === 1 ? coreList(found) : [
        element('p', {}, `These ${found.core.length} operations contradict each other` +
          (found.minimal ? '; without any one of them there would be no contradiction:' : ':')),
        coreList(found)],
      stepper(found, state),
      state.contradiction !== 0 || run.raw.explanation.length === 0 ? null
        : element('details', {}, element('summary', {}, 'the checker’s own words'), element('pre', {}, run.raw.explanation.join('\n'))));
  }

  function neighbours(i) {
    const list = run.lanes[run.laneOf[i]].operations;
    const at = list.indexOf(i);
    return [at > 0 ? list[at - 1] : null, at + 1 < list.length ? list[at + 1] : null];
  }

  function statesAround(i) {
    for (const found of run.raw.contradictions) {
      const at = found.order.indexOf(i);
      if (at >= 0 && found.states.length > at + 1) return [found.states[at], found.states[at + 1]];
    }
    return null;
  }

  function line(name, value) {
    return value === '' || value === null ? [] : [element('dt', {}, name), element('dd', {}, value)];
  }

  function showChosen(state) {
    const i = state.selected;
    if (i === null) {
      replaceChildren(chosen, element('h2', {}, 'Operation'),
        element('p', {class: 'hint'}, 'Click an operation, or press n for the next that failed or stayed unknown; ? lists the keys.'));
      return;
    }
    const {operations} = run;
    const [before, after] = neighbours(i);
    const states = statesAround(i);
    const faults = faultsAt(run, operations.invoked[i]);
    const open = operations.end[i] === Infinity;
    replaceChildren(chosen,
      element('h2', {}, describe(run, i)),
      element('p', {}, `${clientOf(run, i)} (process ${operations.process[i]}), ${outcomeText(run, i)}`),
      element('dl', {},
        line('object', run.text(operations.key[i])),
        line('asked', run.text(operations.input[i])),
        line(operations.outcome[i] === 0 ? 'answered' : 'error', run.text(operations.output[i])),
        line('invoked', timeText(operations.invoked[i], run.timed)),
        line('completed', open ? 'never: it may have happened at any time after' : timeText(operations.end[i], run.timed)),
        line('took', open || !run.timed ? '' : timeText(operations.end[i] - operations.invoked[i])),
        line('during', faults.map((fault) => `${fault.name} ${fault.target}`).join(', ')),
        states ? [line('state before', states[0]), line('state after', states[1])].flat() : []),
      element('div', {class: 'row'},
        element('button', {type: 'button', disabled: before === null, onclick: () => store.select(before)}, '◀ earlier'),
        element('button', {type: 'button', disabled: after === null, onclick: () => store.select(after)}, 'later ▶'),
        element('small', {}, `operation ${i}`)));
  }

  return {
    box,
    draw(state) {
      if (run.raw.contradictions.length > 0) showWhy(state);
      showChosen(state);
    },
  };
}
