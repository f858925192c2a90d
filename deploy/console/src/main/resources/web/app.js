import * as server from './server.js';
import * as gateway from './gateway.js';
import {tryIt} from './try.js';
import {operate} from './operate.js';
import {breakIt} from './break.js';

const session = await server.start();
gateway.connect(session.gatewayPort);

const pages = {try: tryIt(session), operate: operate(session), break: breakIt(session)};
let current = null;

function show() {
  const asked = location.hash.slice(1).split('?')[0];
  const name = Object.hasOwn(pages, asked) ? asked : 'try';
  if (name === current) return;
  if (current) {
    pages[current].leave();
    document.getElementById(`page-${current}`).hidden = true;
  }
  current = name;
  document.getElementById(`page-${name}`).hidden = false;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.page === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${document.querySelector('nav a[aria-current]').textContent} - ClearView console`;
  pages[name].enter();
}

// "Skip to content" has an address of its own, which is no page
addEventListener('hashchange', () => {
  if (location.hash !== '#main') show();
});
show();
document.body.dataset.ready = 'yes';
