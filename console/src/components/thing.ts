import { createContext } from 'react';

/** The id of the list or record that values stand in: `held` of a meeting and of a grant are two words. */
export const Thing = createContext('');
