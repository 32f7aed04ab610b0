// Follows a run or a training while it goes on: shows tokens as they come, and has the server draw the rest again.
(() => {
  const region = document.querySelector('#live[data-stream]');
  if (!region) return;
  const told = document.getElementById('told');
  const drawn = Number(region.dataset.after || 0);
  const written = new Map();
  const stream = new EventSource(region.dataset.stream);
  let waiting = 0;

  function show(node) {
    const name = CSS.escape(node);
    const text = written.get(node);
    const reply = region.querySelector(`.reply[data-node="${name}"]`);
    if (reply && text.length > reply.textContent.length) reply.textContent = text;
    const silence = region.querySelector(`[data-silence="${name}"]`);
    if (silence) silence.hidden = text !== '';
  }

  function redraw(event, pause = 150) {
    if (waiting || Number(event.lastEventId) <= drawn) return;
    waiting = setTimeout(() => { waiting = 0; region.dispatchEvent(new CustomEvent('changed')); }, pause);
  }

  stream.addEventListener('step.delta', event => {
    const delta = JSON.parse(event.data);
    const text = delta.text ?? '';
    const before = written.get(delta.node) ?? '';
    written.set(delta.node, before + text);
    const reply = region.querySelector(`.reply[data-node="${CSS.escape(delta.node)}"]`);
    if (reply && reply.textContent === before) reply.append(document.createTextNode(text));
    show(delta.node);
  });
  stream.addEventListener('step.retrying', event => written.set(JSON.parse(event.data).node, ''));
  document.addEventListener('htmx:after:swap', () => written.forEach((text, node) => show(node)));

  ['run.started', 'step.ready', 'step.started', 'step.retrying', 'step.succeeded', 'step.failed', 'step.skipped',
    'edge.planned', 'edge.transfer', 'edge.fused', 'edge.fallback', 'operation.queued', 'operation.started',
  ].forEach(name => stream.addEventListener(name, event => redraw(event)));
  stream.addEventListener('operation.progress', event => redraw(event, 800));
  ['run.succeeded', 'run.failed', 'run.cancelled', 'run.timed_out',
    'operation.succeeded', 'operation.failed', 'operation.cancelled'].forEach(name => stream.addEventListener(name, event => {
    stream.close();
    const [what, how] = name.split('.');
    if (told) told.textContent = `The ${what === 'run' ? 'run' : 'training'} has ended: ${how.replace('_', ' ')}.`;
    clearTimeout(waiting);
    waiting = 0;
    redraw(event);
  }));
})();
