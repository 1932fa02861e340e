import {element} from './format.js';

export function copyButton(text) {
  const button = element('button', {type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'copied';
    } catch {
      button.textContent = 'select and copy it';
    }
  }}, 'copy');
  return button;
}
