// Pages work without this. With it, a page shows again what changed, forms do not leave the page,
// and what was typed, opened or scrolled to stays as it is.

const body = document.body;
const zone = String(-new Date().getTimezoneOffset());
const knownZone = document.cookie.split('; ').includes(`peyk-zone=${zone}`);
document.cookie = `peyk-zone=${zone}; Path=/; SameSite=Lax; Max-Age=31536000`;

// Makes `old` like `fresh`, touching nothing that is the same already.
function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  const known = new Map([...old.children].filter((each) => each.id).map((each) => [each.id, each]));
  let place = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const same = next.id && known.get(next.id);
    if (same) {
      if (same === place) place = place.nextSibling;
      else old.insertBefore(same, place);
      morph(same, next);
    } else if (place && !place.id && !next.id && place.nodeName === next.nodeName) {
      const after = place.nextSibling;
      morph(place, next);
      place = after;
    } else {
      old.insertBefore(next, place);
    }
  }
  while (place) {
    const after = place.nextSibling;
    place.remove();
    place = after;
  }
}

const logs = () => document.querySelectorAll('[data-log]');
const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toEnd = (log) => { log.scrollTop = log.scrollHeight; };

function apply(html, withNotices) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  const following = [...logs()].filter(isAtEnd);
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id);
    if (next) morph(part, next);
  }
  if (withNotices) morph(document.getElementById('notices'), fresh.getElementById('notices'));
  following.forEach(toEnd);
}

let looking = false;
let again = false;
async function look() {
  if (looking) { again = true; return; }
  looking = true;
  try {
    const answer = await fetch(location.href, { headers: { 'X-Peyk-Again': '1' } });
    if (answer.ok) apply(await answer.text(), false);
  } catch { /* The stream comes back by itself, and so does this. */ }
  looking = false;
  if (again) { again = false; setTimeout(look, 50); }
}

let stream;
function listen() {
  if (!body.dataset.liveFrom || stream) return;
  stream = new EventSource(body.dataset.liveFrom);
  stream.onmessage = look;
  stream.onerror = () => body.classList.add('lost');
  // Something may have happened between the page and its stream.
  stream.onopen = () => { body.classList.remove('lost'); look(); };
}
function rest() {
  stream?.close();
  stream = undefined;
}
// A hidden page holds no connection: browsers have few of them.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) rest(); else { listen(); look(); }
});
addEventListener('pagehide', rest);
addEventListener('pageshow', (event) => { if (event.persisted) { listen(); look(); } });

// Forms that stay on their page.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[data-stay]') || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = '1';
  const data = new FormData(form, event.submitter);
  const isFile = form.enctype === 'multipart/form-data';
  try {
    const answer = await fetch(form.action, {
      method: 'POST', body: isFile ? data : new URLSearchParams(data), headers: { Accept: 'text/html' },
    });
    const html = await answer.text();
    const isHere = new URL(answer.url).pathname === location.pathname;
    if (!isHere || !answer.ok) { location.assign(answer.ok ? answer.url : location.href); return; }
    if (answer.url !== location.href) history.replaceState(null, '', answer.url);
    apply(html, true);
    if (!document.querySelector('#notices .refused')) {
      form.reset();
      form.closest('details[data-close]')?.removeAttribute('open');
      form.querySelector('textarea')?.dispatchEvent(new Event('input', { bubbles: true }));
    }
  } finally {
    delete form.dataset.busy;
  }
});

// Enter sends, Shift and Enter begin a line.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing
      && event.target.matches('textarea[data-enter]')) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
  if (event.key === 'Escape') document.querySelector('details.menu[open]')?.removeAttribute('open');
});
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submits]') && event.target.value) event.target.form.requestSubmit();
});
document.addEventListener('input', (event) => {
  const area = event.target;
  if (!area.matches('textarea[data-enter]')) return;
  area.rows = Math.min(6, area.value.split('\n').length);
});
// What stands on this page, or on the page to which a link leads.
async function copied(from, event) {
  const { copy, copyFrom } = from.dataset;
  if (copyFrom) event.preventDefault();
  try {
    const page = copy ? document : await fetch(from.href, { headers: { 'X-Peyk-Again': '1' } })
      .then(async (answer) => new DOMParser().parseFromString(await answer.text(), 'text/html'));
    await navigator.clipboard.writeText(page.getElementById(copy ?? copyFrom).textContent);
  } catch {
    if (copyFrom) location.assign(from.href);
    return;
  }
  from.classList.add('copied');
  told(body.dataset.copied);
  setTimeout(() => from.classList.remove('copied'), 1200);
}
function told(words) {
  const place = document.getElementById('announced');
  place.textContent = '';
  place.textContent = words;
}
document.addEventListener('click', async (event) => {
  const copy = event.target.closest('[data-copy], [data-copy-from]');
  if (copy) await copied(copy, event);
  if (event.target.closest('[data-closes]')) {
    event.preventDefault();
    document.getElementById('notices').replaceChildren();
  }
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.removeAttribute('open');
  }
});

logs().forEach(toEnd);
// On a narrow screen the place where one is may be out of sight in its row of links.
for (const here of document.querySelectorAll('nav [aria-current]')) {
  here.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
if (!knownZone) look();
listen();
