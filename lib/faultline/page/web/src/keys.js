import {element} from './format.js';

// Everything can be done without a mouse.

const KEYS = [
  ['a d, ← →', 'move in time'],
  ['w s, + −', 'zoom in, out'],
  ['0', 'the whole run'],
  ['n N', 'next, previous operation that failed, is unknown or belongs to the violation'],
  ['j k', 'later, earlier operation of the same client'],
  ['f F', 'next, previous fault'],
  ['v', 'the violation'],
  ['[ ]', 'step through the longest order that fits'],
  ['/', 'search; Enter and Shift+Enter go through what was found'],
  ['Esc', 'select nothing'],
  ['?', 'this list'],
];

export function makeHelp(keys = KEYS) {
  const dialog = element('dialog', {id: 'help'}, element('h2', {}, 'Keys'),
    element('table', {}, keys.map(([key, what]) => element('tr', {}, element('th', {scope: 'row'}, key), element('td', {}, what)))),
    element('form', {method: 'dialog'}, element('button', {}, 'close')));
  return dialog;
}

export function listen(actions) {
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== 'range';
    if (event.ctrlKey || event.metaKey || event.altKey || typing || event.target instanceof HTMLSelectElement) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
