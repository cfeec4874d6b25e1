// Runs before the first paint, so that a dark page never flashes light. A file of its own because
// the content security policy refuses inline scripts.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('topmast.theme');
  } catch {
    // Storage may be switched off; the system's choice stands then.
  }
  var dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
