import { beforeEach } from 'vitest';

// Only what has a document asks for one, by `@vitest-environment jsdom`: to make it takes longer than most tests do.
beforeEach(() => {
  if (typeof window === 'undefined') return;
  window.localStorage.clear();
  window.sessionStorage.clear();
});
