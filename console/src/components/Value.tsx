import { useContext } from 'react';
import { Tag } from 'antd';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/meta';
import { place } from '@/api/places';
import { spoken, word } from '@/lib/i18n';
import { instant, isInstant, percent, yuan } from '@/lib/values';
import { Thing } from './thing';

/** What a field is called. An amount comes in fen and is shown in yuan, and so its name says yuan. */
export const label = (schema: Schema | undefined, name: string): string => {
  const called = (spoken() === 'zh' ? schema?.zh : schema?.en) ?? word(name, 'field');
  return name.endsWith('_fen') ? called.replace('（分）', '（元）').replace(/ fen$/i, ' (yuan)') : called;
};

const GOOD = new Set(['approved', 'certified', 'handed_over', 'completed', 'active', 'in_force', 'confirmed', 'paid', 'qualified', 'standalone', 'graduated', 'inside']);
const BAD = new Set(['refused', 'failed', 'overdue', 'revoked', 'uncovered', 'unqualified', 'not_filed', 'exited', 'returned', 'expired']);
const PLACES = new Set(['division', 'divisions', 'stored_division']);
const STATES = new Set(['state', 'status', 'outcome', 'coverage', 'severity']);

/** A value as plain text: for cells, prints and copies. */
export function plain(value: unknown, name: string): string {
  if (value === null || value === undefined || value === '') return '—';
  if (typeof value === 'number' && name.endsWith('_fen')) return yuan(value);
  if (typeof value === 'number' && name.endsWith('_bp')) return percent(value);
  if (typeof value === 'number') return name === 'year' ? String(value) : value.toLocaleString('en-US');
  if (typeof value === 'boolean') return i18next.t(value ? 'common:yes' : 'common:no');
  if (typeof value === 'string' && PLACES.has(name)) return place(value);
  if (typeof value === 'string') return isInstant(value) ? instant(value) : word(value, name);
  if (Array.isArray(value)) return value.length ? value.map((one) => plain(one, name)).join('、') : '—';
  if (typeof value === 'object') {
    const { name: called, code, title } = value as Record<string, unknown>;
    const named = called ?? title ?? code;
    if (typeof named === 'string') return named;
    return Object.entries(value).filter(([, inner]) => inner !== null).map(([, inner]) => plain(inner, name)).join('，') || '—';
  }
  return String(value);
}

/** A value as it stands on a page: states as tags, yes and no in words, money to the right. */
export function Value({ value, name }: { value: unknown; name: string }) {
  const { t } = useTranslation();
  const thing = useContext(Thing);
  if (typeof value === 'boolean') {
    return name === 'overdue' && value ? <Tag color="error">{t('yes')}</Tag> : <>{t(value ? 'yes' : 'no')}</>;
  }
  if (typeof value === 'string' && value && STATES.has(name)) {
    const colour = GOOD.has(value) ? 'success' : BAD.has(value) ? 'error' : 'default';
    return <Tag color={colour}>{word(value, name, thing)}</Tag>;
  }
  return <>{plain(value, name)}</>;
}

export const isNumber = (schema: Schema | undefined, name: string): boolean => (
  name !== 'year' && name !== 'version' && (schema?.t === 'integer' || schema?.t === 'number'));
