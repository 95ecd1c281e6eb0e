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
      const block = marker.closest('.tbl, .pv');
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
    hash: (button) => copy(button, button.previousElementSibling.textContent),
    share: (button) => {
      if (navigator.share) navigator.share({ title: document.title, url: hereWithoutPlace() }).catch(() => {});
      else copy(button, hereWithoutPlace());
    },
  };

  async function copy(button, text) {
    await navigator.clipboard.writeText(text);
    const label = one('span', button) ?? button;
    const before = label.textContent;
    if (before === button.dataset.done) return;
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2500);
  }

  function reveal() {
    all('[data-do][hidden]').forEach((button) => { button.hidden = false; });
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

  /* Until the answer is there: hear how far it is, or ask, and show the answer in place. */
  const DEAF_MS = 4000, LOOK_MS = 1000, SLOW_MS = 20000;
  function following(page) {
    const list = one('#stages', page);
    const steps = all('li', list);
    const said = one('#said');
    let before = null, looking = false, there = false;

    const stepOf = (stage) => steps.find((step) => step.dataset.stage === stage);
    const filled = (text, words) => text.replace(/\{(\w+)\}/g, (_, name) => words[name]);

    function count(step, n) {
      const place = one('p', step);
      const text = n === 1 ? place.dataset.one : place.dataset.other;
      if (n && text) place.textContent = filled(text, { n: n.toLocaleString('en-GB') });
    }

    function time(step, at) {
      const now = at && Date.parse(at);
      if (before && now) {
        const seconds = (now - before) / 1000;
        one('.t', step).textContent = seconds < 0.05 ? list.dataset.once : filled(list.dataset.seconds, { s: seconds.toFixed(1) });
      }
      before = now || before;
    }

    /* Stages come in order; one that is told twice is the same stage. */
    function reached({ stage, count: n, at }) {
      const step = stepOf(stage);
      if (!step) return;
      time(step, at);
      count(step, n);
      if (step.classList.contains('done')) return;
      const place = steps.indexOf(step), next = steps[place + 1];
      steps.forEach((each, i) => {
        each.className = i <= place ? 'done' : i === place + 1 ? 'now' : 'waiting';
        each.removeAttribute('aria-current');
      });
      one('#bar', page).value = place + 1;
      if (!next) return;
      next.setAttribute('aria-current', 'step');
      next.prepend(one('.bob', list));
      said.textContent = filled(list.dataset.said, { n: place + 2, name: one('h3', next).textContent });
    }

    /* The final page takes the place of this one; whatever goes wrong, the browser goes there. */
    async function arrive(url) {
      if (there) return;
      there = true;
      try {
        const reply = await fetch(url, { headers: { accept: 'text/html' } });
        takePlace(await reply.text(), reply.url);
      } catch { location.replace(url); }
    }

    /* For a browser without events, or a line that holds them back. */
    async function look() {
      const reply = await fetch(location.pathname, { headers: { accept: 'text/html' } });
      const html = await reply.text();
      const fresh = one('#stages', new DOMParser().parseFromString(html, 'text/html'));
      if (!fresh) { there = true; takePlace(html, reply.url); return; }
      for (const step of all('.done', fresh)) {
        one('.t', stepOf(step.dataset.stage)).textContent = one('.t', step).textContent;
        one('p', stepOf(step.dataset.stage)).textContent = one('p', step).textContent;
        reached({ stage: step.dataset.stage });
      }
    }

    async function keepLooking() {
      if (looking) return;
      looking = true;
      while (!there) {
        await look().catch(() => {});  // offline for a moment: the next look may reach it
        await new Promise((done) => { setTimeout(done, LOOK_MS); });
      }
    }

    function listen() {
      let heard = false;
      const source = new EventSource(page.dataset.events);
      const on = (name, act) => source.addEventListener(name, (event) => { heard = true; act(JSON.parse(event.data)); });
      on('stage', reached);
      for (const name of ['published', 'ended', 'withdrawn']) on(name, ({ url }) => { source.close(); arrive(url); });
      source.addEventListener('error', () => { if (source.readyState === EventSource.CLOSED) keepLooking(); });
      setTimeout(() => { if (!heard) keepLooking(); }, DEAF_MS);
    }

    window.EventSource ? listen() : keepLooking();
    setTimeout(() => { if (!there) one('[data-slow]', page).hidden = false; }, SLOW_MS);
  }

  /* Everything below the header is another page's from now on; its address and its title too. */
  function takePlace(html, url) {
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    const said = one('#said');
    history.replaceState(null, '', url);
    document.title = fresh.title;
    one('.strip')?.remove();
    one('.top').after(...all('.strip', fresh));
    for (const old of all('body > :not(.skip, header, #said)')) old.remove();
    document.body.append(...all('body > :not(.skip, header, #said)', fresh));
    const ready = said.dataset.ready;
    for (const key of Object.keys(said.dataset)) delete said.dataset[key];
    Object.assign(said.dataset, one('#said', fresh)?.dataset);
    said.textContent = one('#answer') ? ready : '';
    start();
    scrollTo({ top: 0, behavior: 'instant' });
    const heading = one('main h1, main h2');  // an urgent card stands before the title
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  /* A published page that is open hears what becomes of it; only such a page needs that file.
     Who leaves at once needs no line. */
  const SETTLED_MS = 1500;
  let hearing = null;
  function live() {
    const said = one('#said[data-live]');
    if (!said) return;
    hearing ??= new Promise((go) => { setTimeout(go, SETTLED_MS); }).then(() => import(said.dataset.script));
    hearing.then((file) => file.hear({ one, all, start, takePlace, deeds })).catch(() => {});
  }

  /* What a page needs once it stands there. */
  function start() {
    ownWords();
    addresses();
    const panel = one('#panel'), progress = one('#progress');
    if (panel?.showModal) passagePanel(panel);
    if (progress) following(progress);
    live();
    reveal();
  }

  darkSwitch();
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (button) deeds[button.dataset.do]?.(button);
  });
  start();
  one('[data-focus]')?.focus();
})();
