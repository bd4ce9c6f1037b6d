import { expect, it } from 'vitest';
import { masked } from './mask';

it.each([['6222020200001234567', '•••• •••• 4567'], ['6222 0202 0000 1234', '•••• •••• 1234'], ['1234', '••••'], ['', '••••']])(
  'shows of %s at most the last four digits', (account, shown) => { expect(masked(account)).toBe(shown); });
