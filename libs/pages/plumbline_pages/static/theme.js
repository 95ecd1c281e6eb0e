// Runs before the first paint: a stored choice wins over the system's.
(function (root) {
  root.classList.add('js');
  try { var theme = localStorage.getItem('theme'); if (theme) root.dataset.theme = theme; } catch (e) {}
})(document.documentElement);
