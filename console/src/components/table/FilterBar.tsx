import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/meta';
import { placesWithin } from '@/api/places';
import { word } from '@/lib/i18n';
import { useUrlState } from '@/lib/urlState';
import { useMe } from '@/session/useSession';
import { label } from '../Value';
import { SavedViews } from './SavedViews';

interface Props { id: string; filters: Record<string, Schema> }

/** Filters of a list, made from what its route takes; what is chosen stands in the address, and can be kept as a view.
 *  Nobody types an id: a filter by one is shown where a link has set it, so that it can be taken away. */
export function FilterBar({ id, filters }: Props) {
  const { t } = useTranslation();
  const [query, change] = useUrlState();
  const set = Object.keys(filters).filter((name) => query[name]);
  return (
    <search className="filter-bar no-print" aria-label={t('filter.label')}>
      {Object.entries(filters).filter(([name, schema]) => schema.f !== 'uuid' || query[name]).map(([name, schema]) => (
        <Field key={`${name}=${query[name] ?? ''}`} id={`${id}-${name}`} thing={id} name={name} schema={schema} value={query[name] ?? ''} change={(value) => change({ [name]: value })} />
      ))}
      <div className="filter-actions">
        {set.length > 0 && <Button type="link" onClick={() => change(Object.fromEntries(set.map((n) => [n, null])))}>{t('filter.clear')}</Button>}
        <SavedViews id={id} />
      </div>
    </search>
  );
}

/** A whole number of a small range is chosen, not typed: stars 0 to 5. */
function few({ t, lo, hi }: Schema): { value: string; label: string }[] | undefined {
  if (t !== 'integer' || lo === undefined || hi === undefined || hi - lo > 12) return undefined;
  return Array.from({ length: hi - lo + 1 }, (_, at) => ({ value: String(lo + at), label: String(lo + at) }));
}

function Field({ id, thing, name, schema, value, change }: { id: string; thing: string; name: string; schema: Schema; value: string; change: (value: string | null) => void }) {
  const { t } = useTranslation();
  const text = label(schema, name);
  const divisions = useMe()?.divisions ?? [];
  const options = (name === 'division' ? placesWithin(divisions, value) : undefined) ?? schema.e?.map((one) => ({ value: one, label: word(one, name, thing) }))
    ?? few(schema)
    ?? (schema.t === 'boolean' ? [{ value: 'true', label: t('yes') }, { value: 'false', label: t('no') }] : null);
  return (
    <div className="filter-field">
      <label htmlFor={id}>{text}</label>
      {options ? (
        <Select id={id} allowClear value={value || null} options={options} placeholder={t('filter.all')} popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: 'label' }} onChange={(next: string | undefined) => change(next ?? null)} />
      ) : (
        <Input id={id} allowClear defaultValue={value} {...(schema.f === 'date' ? { type: 'date' } : {})} {...(schema.t === 'integer' ? { inputMode: 'numeric' as const } : {})}
          onPressEnter={(event) => change(event.currentTarget.value.trim())} onBlur={(event) => { if (event.target.value.trim() !== value) change(event.target.value.trim()); }}
          onClear={() => change(null)} />
      )}
    </div>
  );
}
