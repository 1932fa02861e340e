// What the viewer looks at; all of it is in the URL's fragment, so that every place has an address.

export function makeState(run) {
  const listeners = [];
  const state = {
    begin: 0, end: run.finish,
    cursor: null, selected: null, contradiction: 0, step: null, query: '', hidden: new Set(),
  };
  let scheduled = false;

  function announce() {
    scheduled = false;
    for (const listener of listeners) listener(state);
  }

  function change(changes) {
    Object.assign(state, changes);
    const least = run.timed ? 10 : 1;
    const length = Math.max(least, Math.min(state.end - state.begin, run.finish * 1.02));
    state.begin = Math.min(Math.max(state.begin, -run.finish * 0.01), run.finish * 1.01 - length);
    state.end = state.begin + length;
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(announce);
  }

  return {
    state, change,
    onChange: (listener) => listeners.push(listener),
    zoom(factor, around) {
      const at = around ?? (state.begin + state.end) / 2;
      change({begin: at - (at - state.begin) * factor, end: at + (state.end - at) * factor});
    },
    pan(share) {
      const by = (state.end - state.begin) * share;
      const begin = Math.min(Math.max(state.begin + by, -run.finish * 0.01), Math.max(0, run.finish * 1.01 - (state.end - state.begin)));
      change({begin, end: begin + (state.end - state.begin)});
    },
    // Selects an operation, and shows it if it is outside of the view or too small in it.
    select(index, {show = true} = {}) {
      const changes = {selected: index};
      if (index !== null) {
        const begin = run.operations.invoked[index];
        const length = Math.min(run.operations.end[index], run.finish) - begin;
        changes.cursor = begin;
        const view = state.end - state.begin;
        const outside = begin < state.begin || begin + length > state.end;
        if (show && (outside || length < view / 400)) {
          const wanted = Math.max(length * 12, Math.min(view, run.finish / 12), 20);
          changes.begin = begin + length / 2 - wanted / 2;
          changes.end = begin + length / 2 + wanted / 2;
        }
      }
      change(changes);
    },
    fit: () => change({begin: 0, end: run.finish}),
  };
}

export function toFragment(state, run) {
  const parts = [];
  const number = (value) => String(Math.round(value));
  if (state.begin > 0 || state.end < run.finish) parts.push(`t=${number(state.begin)}-${number(state.end)}`);
  if (state.cursor !== null) parts.push(`c=${number(state.cursor)}`);
  if (state.selected !== null) parts.push(`op=${state.selected}`);
  if (state.contradiction > 0) parts.push(`v=${state.contradiction}`);
  if (state.step !== null) parts.push(`step=${state.step}`);
  if (state.query !== '') parts.push(`q=${encodeURIComponent(state.query)}`);
  return parts.length ? `#${parts.join('&')}` : '';
}

// Whatever stands there: numbers that lead nowhere are left out.
export function fromFragment(fragment, run) {
  const changes = {};
  for (const part of fragment.replace(/^#/, '').split('&')) {
    const [name, value = ''] = part.split('=');
    const number = /^\d+$/.test(value) ? Number(value) : null;
    if (name === 't' && /^-?\d+--?\d+$/.test(value)) {
      const [, begin, end] = value.match(/^(-?\d+)-(-?\d+)$/);
      if (Number(end) > Number(begin)) Object.assign(changes, {begin: Number(begin), end: Number(end)});
    }
    if (name === 'c' && number !== null) changes.cursor = number;
    if (name === 'op' && number !== null && number < run.operations.count) changes.selected = number;
    if (name === 'v' && number !== null && number < run.raw.contradictions.length) changes.contradiction = number;
    if (name === 'step' && number !== null) changes.step = number;
    if (name === 'q') changes.query = safeDecode(value);
  }
  return changes;
}

function safeDecode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
