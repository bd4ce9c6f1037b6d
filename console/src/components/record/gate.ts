import { useTranslation } from 'react-i18next';
import { word } from '@/lib/i18n';
import { useMe } from '@/session/useSession';
import type { NextStep } from './Steps';

/** What keeps somebody from a step: that the role lacks the permission, else what the caller says of the record's state. */
export type Gate = (step: string, needs: string | string[], bar?: string | false | null) => NextStep;

export function useGate(): Gate {
  const { t } = useTranslation();
  const known = useMe()?.permissions ?? [];
  return (step, needs, bar) => {
    const lacking = known.length > 0 ? [needs].flat().find((one) => !known.includes(one)) : undefined;
    const reason = lacking ? t('gate.permission', { what: word(lacking, 'permission') }) : bar || null;
    return { step, allowed: reason === null, reason };
  };
}
