// A page in a headless Chromium, spoken to over a pipe: no port, no driver.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export async function openBrowser(program) {
  const profile = mkdtempSync(join(tmpdir(), 'faultline-page-'));
  const child = spawn(program, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars',
    '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--no-first-run', 'about:blank'],
    {stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true});
  const waiting = new Map();
  const listeners = [];
  let last = 0;
  let rest = '';
  child.stdio[4].on('data', (data) => {
    const parts = (rest + data).split('\0');
    rest = parts.pop();
    for (const message of parts.map((part) => JSON.parse(part))) {
      const settle = waiting.get(message.id);
      if (!settle) listeners.forEach((listener) => listener(message));
      else if (message.error) settle.reject(new Error(message.error.message));
      else settle.resolve(message.result);
      waiting.delete(message.id);
    }
  });
  child.on('exit', () => waiting.forEach((settle) => settle.reject(new Error('the browser ended'))));
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    waiting.set(++last, {resolve, reject});
    child.stdio[3].write(JSON.stringify({id: last, method, params, sessionId}) + '\0');
  });
  return {
    async open(url, {width = 1500, height = 1200} = {}) {
      const {targetId} = await send('Target.createTarget', {url: 'about:blank', newWindow: true, width, height});
      const {sessionId} = await send('Target.attachToTarget', {targetId, flatten: true});
      const call = (method, params) => send(method, params, sessionId);
      const errors = [];
      listeners.push((message) => {
        if (message.sessionId !== sessionId) return;
        if (message.method === 'Runtime.exceptionThrown') errors.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text);
        if (message.method === 'Page.javascriptDialogOpening') errors.push(`a dialog: ${message.params.message}`);
        if (message.method === 'Network.requestWillBeSent' && !message.params.request.url.startsWith('file:') && !message.params.request.url.startsWith('data:'))
          errors.push(`fetched ${message.params.request.url}`);
      });
      for (const domain of ['Runtime', 'Page', 'Network']) await call(`${domain}.enable`);
      await call('Page.navigate', {url});
      const page = {
        errors,
        async ask(expression) {
          const {result, exceptionDetails} = await call('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
          return result.value;
        },
        async until(expression, seconds = 20) {
          const end = Date.now() + seconds * 1000;
          for (;;) {
            const value = await page.ask(expression).catch(() => null);
            if (value) return value;
            if (Date.now() > end) throw new Error(`not within ${seconds} s: ${expression}`);
          }
        },
        async key(text) {
          // "ArrowLeft" is a key, but types nothing.
          await call('Input.dispatchKeyEvent', text.length === 1 ? {type: 'keyDown', key: text, text} : {type: 'keyDown', key: text});
          await call('Input.dispatchKeyEvent', {type: 'keyUp', key: text});
        },
        async click(x, y) {
          for (const type of ['mousePressed', 'mouseReleased'])
            await call('Input.dispatchMouseEvent', {type, x, y, button: 'left', clickCount: 1});
        },
        async picture() {
          return Buffer.from((await call('Page.captureScreenshot', {format: 'png'})).data, 'base64');
        },
        close: () => send('Target.closeTarget', {targetId}),
      };
      return page;
    },
    // The program may be a script around the browser: a signal to it alone would leave the browser behind.
    async close() {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      const late = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 10_000);
      await send('Browser.close').catch(() => {});
      await ended;
      clearTimeout(late);
      rmSync(profile, {recursive: true, force: true, maxRetries: 5});
    },
  };
}
