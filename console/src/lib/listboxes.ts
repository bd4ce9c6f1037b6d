/** The names of choices' lists: the library gives its list none, so a reader would not hear whose options these are. */
export function nameOf(list: Element): string {
  const input = document.querySelector<HTMLInputElement>(`[aria-controls="${list.id}"]`);
  return input?.getAttribute('aria-label') ?? input?.labels?.[0]?.textContent ?? '';
}

/** Names each list as it appears. Returns what ends it. */
export function nameLists(): () => void {
  const watcher = new MutationObserver(() => {
    for (const list of document.querySelectorAll('[role=listbox]:not([aria-label])')) {
      const name = nameOf(list);
      if (name) list.setAttribute('aria-label', name);
    }
  });
  watcher.observe(document.body, { childList: true, subtree: true });
  return () => watcher.disconnect();
}
