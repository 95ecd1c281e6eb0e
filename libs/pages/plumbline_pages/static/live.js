/* What becomes of a published page while it is open: its banner, and then its new version, in place. */

/* A published page that is open hears what becomes of it, while somebody can see it: a browser
   has few lines to one host. What it missed it is told when it is looked at again. */
let source = null, page = null;

export function hear(ofThePage) {
  if (!page) document.addEventListener('visibilitychange', () => hear(page));
  page = ofThePage;
  const { one } = page;
  const said = one('#said[data-live]');
  const wanted = said && !document.hidden && window.EventSource;
  if (wanted && source && source.readyState !== EventSource.CLOSED) return;
  source?.close();
  source = wanted ? new EventSource(said.dataset.live) : null;
  let last = Promise.resolve();
  for (const name of ['sealed', 'stale', 'rechecked', 'published', 'withdrawn']) {
    source?.addEventListener(name, (event) => {
      const path = JSON.parse(event.data).url ?? location.pathname;
      last = last.then(() => renew(name, path)).catch(() => {});  // offline: a reload shows it
    });
  }
}

/* The page as it is now takes the place of the one that is read; focus and place are kept. */
async function renew(name, path) {
  const { one, all, start, takePlace, deeds } = page;
  const reply = await fetch(path, { headers: { accept: 'text/html' } });
  const html = await reply.text();
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  const now = one('#said[data-live]', fresh), said = one('#said');
  if (!now) {  // it was taken down
    source.close();
    source = null;
    takePlace(html, reply.url);
    return;
  }
  if (name === 'sealed') {
    const seal = one('[data-seal]', fresh);
    if (seal) one('[data-seal=pending]')?.replaceWith(seal);
    return;
  }
  if (now.dataset.live === said.dataset.live) return;  // this page shows it already
  deeds.close?.();
  const focus = spot(document.activeElement), seen = firstSeen(fresh);
  one('main').replaceChildren(...one('main', fresh).childNodes);
  one('#panel')?.remove();
  said.before(...all('#panel', fresh));
  document.title = fresh.title;
  history.replaceState(null, '', reply.url + location.hash);
  Object.assign(said.dataset, now.dataset);
  start();
  keepPlace(seen);
  back(focus);
  if (now.dataset[name]) said.textContent = now.dataset[name];
}

/* Where the focus is, so that it can be put back: the nearest thing that has a name, and which part. */
function spot(element) {
  const named = element?.closest('main [id]');
  if (!named || named.id === 'main') return null;
  const parts = page.all('a, button, summary', named);
  return { id: named.id, place: parts.indexOf(element) };
}

function back(focus) {
  const named = focus && document.getElementById(focus.id);
  if (!named) return;
  const target = focus.place < 0 ? named : page.all('a, button, summary', named)[focus.place] ?? page.one('summary', named) ?? named;
  if (target === named && !named.matches('a, button, summary, [tabindex]')) named.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/* What stands at the top of the window, and on the fresh page too. */
function firstSeen(fresh) {
  if (scrollY === 0) return null;
  const first = page.all('main [id]').find((element) => element.getClientRects().length && element.getBoundingClientRect().top >= 0 && fresh.getElementById(element.id));
  return first && { id: first.id, top: first.getBoundingClientRect().top };
}

function keepPlace(seen) {
  const there = seen && document.getElementById(seen.id);
  if (there) scrollBy({ top: there.getBoundingClientRect().top - seen.top, behavior: 'instant' });
}
