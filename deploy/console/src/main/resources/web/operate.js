import {element, get} from './server.js';
import {look, lookAway} from './strip.js';
import {Panel} from './chart.js';

const EVERY_MS = 4000;

export function operate() {
  const find = id => document.getElementById(id);
  let board = 'clearview-requests';
  let panels = new Map();
  let timer = null;
  let shown = null;
  const nothing = () => {};

  async function boards() {
    const {boards: all} = await get('/api/boards');
    find('dashboards').replaceChildren(...all.map(({id, title}) => {
      const tab = element('button', {type: 'button', textContent: title[0].toUpperCase() + title.slice(1)});
      tab.dataset.board = id;
      tab.addEventListener('click', () => { board = id; refresh(); });
      return tab;
    }));
  }

  async function refresh() {
    clearTimeout(timer);
    const asked = board;
    let data = null;
    let alerts = null;
    try {
      if (!find('dashboards').children.length) await boards();
      for (const tab of find('dashboards').children) tab.setAttribute('aria-pressed', String(tab.dataset.board === asked));
      [data, {alerts}] = await Promise.all([get(`/api/board?id=${asked}&window=${find('window').value}`), get('/api/alerts')]);
    } catch {
      // what was drawn stays, and is asked for again
    }
    if (asked !== board || timer === undefined) return;
    if (data) draw(data);
    if (alerts) drawAlerts(alerts);
    timer = setTimeout(refresh, EVERY_MS);
  }

  function draw(data) {
    if (shown !== data.id) {
      panels.forEach(panel => panel.clear());
      panels = new Map(data.panels.map(panel => [panel.title, new Panel(panel)]));
      const numbers = data.panels.filter(panel => panel.type === 'stat');
      const charts = data.panels.filter(panel => panel.type !== 'stat');
      const elements = of => of.map(panel => panels.get(panel.title).element);
      find('panels').replaceChildren(...(numbers.length ? [element('div', {className: 'numbers'}, ...elements(numbers))] : []), ...elements(charts));
      shown = data.id;
    }
    data.panels.forEach(panel => panels.get(panel.title).update(panel, data.times));
  }

  function drawAlerts(alerts) {
    const loud = alerts.filter(alert => alert.state !== 'quiet');
    find('alerts').replaceChildren(loud.length
      ? element('ul', {}, ...loud.map(alert => element('li', {},
        element('span', {className: alert.state, textContent: alert.state === 'firing' ? '■ firing ' : `▲ pending, ${alert.heldSeconds} of ${alert.forSeconds} s `}),
        element('a', {href: `/runbook#${alert.runbook}`, textContent: alert.name}), ` ${alert.summary}`)))
      : element('p', {className: 'muted', textContent: `All ${alerts.length} rules are quiet.`}));
  }

  find('window').addEventListener('change', refresh);
  return {
    enter() { timer = null; look(nothing); refresh(); },
    leave() { clearTimeout(timer); timer = undefined; lookAway(nothing); },
  };
}
