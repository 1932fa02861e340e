import {element} from './format.js';

// Operations whose function, object, input or output holds the text.

export function makeSearch(run, store) {
  const matches = {set: null, list: []};
  const count = element('span', {class: 'count', id: 'matches'});
  const input = element('input', {
    type: 'search', id: 'search', placeholder: 'find a key or value ( / )', 'aria-label': 'find operations',
    oninput: (event) => store.change({query: event.target.value}),
    onkeydown: (event) => {
      if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
      if (event.key === 'Escape') input.blur();
    },
  });
  let last = '';

  function find(query) {
    const wanted = query.toLowerCase();
    const texts = run.operations.texts.map((text) => text.toLowerCase().includes(wanted));
    const list = [];
    const {operations} = run;
    for (let i = 0; i < operations.count; ++i)
      if (texts[operations.key[i]] || texts[operations.input[i]] || texts[operations.output[i]] || texts[operations.function[i]]) list.push(i);
    matches.list = list;
    matches.set = new Set(list);
  }

  function go(by) {
    if (matches.list.length === 0) return;
    const from = store.state.selected ?? (by > 0 ? -1 : run.operations.count);
    const next = by > 0 ? matches.list.find((i) => i > from) : matches.list.filter((i) => i < from).pop();
    store.select(next ?? matches.list[by > 0 ? 0 : matches.list.length - 1]);
  }

  function draw(state) {
    if (state.query === last) return;
    last = state.query;
    if (document.activeElement !== input) input.value = state.query;
    matches.set = null;
    matches.list = [];
    if (state.query !== '') find(state.query);
    count.textContent = state.query === '' ? '' : `${matches.list.length.toLocaleString('en')} found`;
  }
  return {matches, box: element('span', {class: 'search'}, input, count), input, draw};
}
