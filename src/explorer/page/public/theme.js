// Before the first paint, so that nothing flashes; the button in main.tsx changes it.
(() => {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
})();
