/** Only the last four digits of an account, so that it can be recognized and not copied from a screen. */
export const masked = (account: string): string => {
  const digits = account.replaceAll(/\s/g, '');
  return digits.length <= 4 ? '••••' : `•••• •••• ${digits.slice(-4)}`;
};
