/* Everything works without this file; it only shortens the way. All words are read from the page. */
(() => {
  'use strict';
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const wide = matchMedia('(min-width:70em)');

  /* A store that may be forbidden: then nothing is kept, and nothing breaks. */
  const keep = (store) => ({
    get: (key) => { try { return window[store].getItem(key); } catch { return null; } },
    set: (key, value) => {
      try { value === null ? window[store].removeItem(key) : window[store].setItem(key, value); } catch { /* forbidden */ }
    },
  });
  const forEver = keep('localStorage');
  const thisTab = keep('sessionStorage');

  /* Dark switch: stored only while it differs from the system. */
  function darkSwitch() {
    const button = one('.theme');
    const system = matchMedia('(prefers-color-scheme:dark)');
    const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
    const show = () => button.setAttribute('aria-pressed', isDark());
    button.addEventListener('click', () => {
      const dark = !isDark();
      if (dark === system.matches) delete root.dataset.theme;
      else root.dataset.theme = dark ? 'dark' : 'light';
      forEver.set('theme', root.dataset.theme ?? null);
      show();
    });
    system.addEventListener('change', show);
    button.hidden = false;
    show();
  }

  /* The passage panel: one dialog, filled from the list of passages that stands in the page. */
  function passagePanel(panel) {
    const markers = all('.c[data-q]');
    const heading = one('h2', panel);
    const body = one('.pbody', panel);
    let current = null;

    const sentenceOf = (marker) => marker.closest('.s');

    function wordsOf(sentence) {
      const copy = sentence.cloneNode(true);
      all('[data-aside]', copy).forEach((aside) => aside.remove());
      const text = copy.textContent.trim();
      const cell = sentence.closest('td');
      if (cell) return `${cell.dataset.l}, ${one('th', cell.parentNode).textContent.trim()}: ${text}`;
      const label = one('strong', sentence.closest('.lead') ?? sentence);
      return label ? `${label.textContent} ${text}` : text;
    }

    function fill(marker) {
      const marks = marker.dataset.q.split(' ');
      const passage = document.getElementById(`q${marks[0]}`).closest('.psg');
      const sentence = sentenceOf(marker);
      const place = markers.indexOf(marker);
      heading.textContent = `${heading.dataset.word} ${one('.num', passage).textContent}: ${one('.name', passage).textContent}`;
      one('.says', panel).textContent = wordsOf(sentence);
      const quote = one('blockquote', passage).cloneNode(true);
      for (const mark of all('mark', quote)) {
        mark.classList.toggle('on', marks.includes(mark.id.slice(1)));
        mark.removeAttribute('id');
      }
      one('blockquote', panel).replaceWith(quote);
      all('.match', panel).forEach((line) => line.classList.toggle('is', line.dataset.m === sentence.dataset.m));
      one('dl', panel).replaceWith(one('dl', passage).cloneNode(true));
      one('[data-leave]', panel).href = `#q${marks[0]}`;
      one('.pos', panel).textContent = `${place + 1} ${one('.pos', panel).dataset.word} ${markers.length}`;
      one('[data-do=previous]', panel).disabled = place === 0;
      one('[data-do=next]', panel).disabled = place === markers.length - 1;
      body.scrollTop = 0;
    }

    /* Wide: in the rail, level with its sentence; what it would cover there is hidden. */
    function place(marker) {
      const top = sentenceOf(marker).getBoundingClientRect().top - marker.closest('.hang').getBoundingClientRect().top;
      panel.style.top = `${Math.max(0, top - 24)}px`;
      const edge = panel.getBoundingClientRect().top - 8;
      all('.rail > *').forEach((part) => part.classList.toggle('under', part.getBoundingClientRect().bottom > edge));
      const box = panel.getBoundingClientRect();
      if (box.bottom > innerHeight || box.top < 0) panel.scrollIntoView({ block: box.height > innerHeight ? 'start' : 'nearest' });
    }

    function release() {
      current?.setAttribute('aria-expanded', 'false');
      if (current) sentenceOf(current).classList.remove('on');
    }

    function open(marker) {
      release();
      current = marker;
      marker.setAttribute('aria-expanded', 'true');
      sentenceOf(marker).classList.add('on');
      fill(marker);
      const block = marker.closest('.tbl') ?? marker.closest('p');
      if (wide.matches && block.nextElementSibling !== panel) {
        panel.close();
        block.after(panel);  // so that the order of focus is the order of reading
      }
      if (!panel.open) wide.matches ? panel.show() : panel.showModal();
      if (wide.matches) place(marker);
      heading.focus({ preventScroll: true });
    }

    function close({ focus = true } = {}) {
      if (!panel.open) return;
      panel.close();
      panel.style.top = '';
      release();
      all('.under').forEach((part) => part.classList.remove('under'));
      if (focus) current.focus();
      current = null;
    }

    function step(by) {
      const marker = markers[markers.indexOf(current) + by];
      if (!marker) return;
      if (wide.matches) marker.scrollIntoView({ block: 'center' });
      open(marker);
    }

    for (const marker of markers) {
      marker.setAttribute('role', 'button');
      marker.setAttribute('aria-haspopup', 'dialog');
      marker.setAttribute('aria-expanded', 'false');
      marker.setAttribute('aria-controls', panel.id);
      marker.addEventListener('click', (event) => {
        event.preventDefault();
        current === marker ? close() : open(marker);
      });
      marker.addEventListener('keydown', (event) => {
        if (event.key === ' ') { event.preventDefault(); marker.click(); }
      });
    }
    panel.addEventListener('cancel', (event) => { event.preventDefault(); close(); });
    panel.addEventListener('click', (event) => { if (event.target === panel) close(); });
    one('[data-leave]', panel).addEventListener('click', () => close({ focus: false }));
    wide.addEventListener('change', () => close({ focus: false }));
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
    Object.assign(deeds, { close: () => close(), previous: () => step(-1), next: () => step(1) });
  }

  /* Small deeds: each button ships hidden, so that none is dead without script. */
  const hereWithoutPlace = () => location.href.split('#')[0];
  const deeds = {
    print: () => print(),
    copy: (button) => {
      const items = all('li', document.getElementById(button.dataset.from));
      copy(button, items.map((item, i) => `${i + 1}. ${item.textContent.trim()}`).join('\n'));
    },
    address: (button) => copy(button, one('a[data-address]').href),
    share: (button) => {
      if (navigator.share) navigator.share({ title: document.title, url: hereWithoutPlace() }).catch(() => {});
      else copy(button, hereWithoutPlace());
    },
  };

  async function copy(button, text) {
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    if (label === button.dataset.done) return;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2500);
  }

  function smallDeeds() {
    all('[data-do][hidden]').forEach((button) => { button.hidden = false; });
    document.addEventListener('click', (event) => {
      const button = event.target.closest('[data-do]');
      if (button) deeds[button.dataset.do]?.(button);
    });
  }

  /* The asker's own words stay in the asker's own tab; the server never writes them into a page. */
  function ownWords() {
    one('#ask')?.addEventListener('submit', () => thisTab.set('asked', one('#q').value.trim()));
    const answer = one('[data-answer]')?.dataset.answer;
    if (!answer) return;
    const fresh = thisTab.get('asked');
    if (fresh) {
      thisTab.set(`asked:${answer}`, fresh);
      thisTab.set('asked', null);
    }
    const words = thisTab.get(`asked:${answer}`);
    if (words) all('[data-asked]').forEach((place) => { place.textContent = words; });
  }

  function addresses() {
    all('[data-address]').forEach((place) => {
      if (place.textContent.startsWith('/')) place.textContent = location.host + place.textContent;
    });
  }

  /* Until the answer is there: ask how far it is, show it, and go to the answer in place. */
  const SOON_MS = 500, LATER_MS = 2000, SLOW_MS = 20000;
  function following(page) {
    const started = Date.now();

    async function look() {
      const reply = await fetch(page.dataset.poll, { headers: { accept: 'application/json' } });
      const answer = await reply.json();
      if (reply.ok && answer.status !== 'pending') {
        location.replace(new URL(answer.url || location.href, location.href).pathname);
        return true;
      }
      const html = await (await fetch(location.pathname, { headers: { accept: 'text/html' } })).text();
      const fresh = new DOMParser().parseFromString(html, 'text/html');
      for (const id of ['stages', 'said']) {
        const now = document.getElementById(id), then = fresh.getElementById(id);
        if (then && then.textContent !== now.textContent) now.replaceChildren(...then.childNodes);
      }
      return false;
    }

    async function again() {
      const slow = Date.now() - started > SLOW_MS;
      one('[data-slow]', page).hidden = !slow;
      const done = await look().catch(() => false);  // offline for a moment: the next look may reach it
      if (!done) setTimeout(again, slow ? LATER_MS : SOON_MS);
    }
    setTimeout(again, SOON_MS);
  }

  darkSwitch();
  ownWords();
  addresses();
  const panel = one('#panel'), progress = one('#progress');
  if (panel?.showModal) passagePanel(panel);
  if (progress) following(progress);
  smallDeeds();
  one('[data-focus]')?.focus();
})();
