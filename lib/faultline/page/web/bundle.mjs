// node bundle.mjs TEMPLATES.cc OUT: each page becomes one self-contained HTML, OUT/<page>.html, and all of them the C++ that holds
// them.
import {build} from 'esbuild';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const [, , templates, out] = process.argv;

async function bundle(entry) {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    charset: 'ascii',
    legalComments: 'inline',
    logLevel: 'error',
    outdir: 'unused',
  });
  const text = (ending) =>
    result.outputFiles.filter((file) => file.path.endsWith(ending)).map((file) => file.text).join('');
  return {script: text('.js'), style: text('.css')};
}

async function page(name) {
  const {script, style} = await bundle(`src/${name}.js`);
  // Functions as replacements: a "$" in the code means nothing.
  return readFileSync(`${name}.html`, 'utf8')
    .replace('/*STYLE*/', () => style)
    .replace('/*SCRIPT*/', () => script.replaceAll('</script', '<\\/script'));
}

function literal(text) {
  const lines = [];
  for (let at = 0; at < text.length; at += 4000) lines.push(text.slice(at, at + 4000));
  const escaped = (part) => part.replace(/[^ !#->@-[\]-~]/g, (letter) => {
    const bytes = Buffer.from(letter, 'utf8');
    return [...bytes].map((byte) => '\\' + byte.toString(8).padStart(3, '0')).join('');
  });
  return lines.map((part) => `    "${escaped(part)}"`).join('\n');
}

let code = '#include "faultline/page/templates.h"\n\nnamespace faultline::internal {\n';
for (const [name, constant] of [['timeline', 'kTimelineTemplate'], ['index', 'kIndexTemplate']]) {
  const html = await page(name);
  writeFileSync(join(out, `${name}.html`), html);
  code += `const std::string_view ${constant} =\n${literal(html)};\n`;
}
writeFileSync(templates, code + '}  // namespace faultline::internal\n');
