/** In the hidden frame of a silent renewal nothing is shown; everywhere else, the console. */
if (window.location.pathname === `${import.meta.env.BASE_URL}silent`) void import('./silent');
else void import('./start');
export {};
