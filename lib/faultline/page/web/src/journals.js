import {element, replaceChildren, timeText} from './format.js';

// The guests' journals, side by side; they scroll with the time cursor. Only the visible lines are in the page.

const LINE = 17;

function firstAtOrAfter(times, time) {
  let found = times.length;
  for (let i = times.length - 1; i >= 0; --i) {
    if (times[i] === null) continue;
    if (times[i] < time) break;
    found = i;
  }
  return found;
}

function makeJournal(journal, store) {
  const spacer = element('div', {class: 'spacer'});
  const body = element('div', {class: 'journal-body', tabindex: '0'}, spacer);
  const tied = journal.times.some((time) => time !== null);
  const box = element('section', {class: 'journal', 'data-node': journal.node},
    element('h3', {}, journal.node, element('small', {}, ` ${journal.lines.length} lines` +
      (journal.left_out ? `, ${journal.left_out} earlier ones left out` : '') + (tied ? '' : '; its clock is not known'))), body);
  let shown = null;
  let here = -1;

  function filter(query) {
    const wanted = query.toLowerCase();
    shown = journal.lines.map((_, i) => i);
    if (wanted !== '') shown = shown.filter((i) => journal.lines[i].toLowerCase().includes(wanted));
    spacer.style.height = `${shown.length * LINE}px`;
    paint();
  }

  function lineOf(i) {
    const time = journal.times[i];
    return element('div', {
      class: `line${i === here ? ' here' : ''}`, style: `top:${shown.indexOf(i) * LINE}px`,
      onclick: () => time !== null && store.change({cursor: Math.max(0, time)}),
    }, element('span', {class: 'when'}, time === null ? '' : timeText(time)), journal.lines[i].replace(/^\w{3} [ \d]\d [\d:.]+ \S+ /, ''));
  }

  function paint() {
    const first = Math.max(0, Math.floor(body.scrollTop / LINE) - 5);
    const count = Math.ceil((body.clientHeight || 240) / LINE) + 10;
    replaceChildren(spacer, shown.slice(first, first + count).map(lineOf));
  }

  body.addEventListener('scroll', paint);
  return {
    box, filter,
    follow(cursor) {
      if (!tied) return;
      const at = firstAtOrAfter(journal.times, cursor ?? 0);
      if (at === here) return;
      here = at;
      const place = shown.findIndex((i) => i >= at);
      body.scrollTop = Math.max(0, (place < 0 ? shown.length : place) * LINE - body.clientHeight / 2);
      paint();
    },
  };
}

export function makeJournals(run, store) {
  const journals = run.raw.journals.map((journal) => makeJournal(journal, store));
  if (journals.length === 0) return {box: element('div'), draw() {}, start() {}};
  const search = element('input', {type: 'search', placeholder: 'filter lines', 'aria-label': 'filter lines of the journals',
    oninput: (event) => journals.forEach((journal) => journal.filter(event.target.value))});
  return {
    box: element('section', {id: 'journals'}, element('h2', {}, 'Journals ', search),
      element('div', {class: 'columns'}, journals.map((journal) => journal.box))),
    draw: (state) => journals.forEach((journal) => journal.follow(state.cursor)),
    start: () => journals.forEach((journal) => journal.filter('')),
  };
}
