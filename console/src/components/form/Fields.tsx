import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { resolve, type Meta, type Schema } from '@/api/meta';
import { word } from '@/lib/i18n';
import { fen } from '@/lib/values';
import { label } from '../Value';
import { kindOf } from './shape';

type Path = (string | number)[];
interface Props { meta: Meta; schema: Schema; at?: Path; within?: Path; hide?: string[] }

/** The fields of a schema, each with its label; required ones first say so. `at` is where they are in the form. */
export function Fields({ meta, schema, at = [], within = [], hide = [] }: Props) {
  const fields = Object.entries(resolve(meta, schema).o ?? {}).filter(([name]) => !hide.includes(name));
  return <>{fields.map(([name, field]) => <Field key={name} meta={meta} name={name} field={field} at={[...at, name]} within={[...within, name]} />)}</>;
}

function Field({ meta, name, field, at, within }: { meta: Meta; name: string; field: Schema; at: Path; within: Path }) {
  const { t } = useTranslation();
  const schema = resolve(meta, field);
  const kind = kindOf(meta, field, name);
  const text = label(schema, name);
  if (kind === 'group') {
    return <fieldset className="form-group"><legend>{text}</legend><Fields meta={meta} schema={field} at={at} within={within} /></fieldset>;
  }
  if (kind === 'list') {
    return (
      <fieldset className="form-group"><legend>{text}</legend>
        <Form.List name={at}>
          {(items, { add, remove }) => <>
            {items.map((item) => (
              <div key={item.key} className="form-item-of-list">
                <Fields meta={meta} schema={schema.i ?? {}} at={[item.name]} within={[...within, item.name]} />
                <Button size="small" onClick={() => remove(item.name)}>{t('form.remove')}</Button>
              </div>
            ))}
            <Button size="small" onClick={() => add({})}>{t('form.add')}</Button>
          </>}
        </Form.List>
      </fieldset>
    );
  }
  const required = field.q === 1 && field.n !== 1 && within.length === 1;
  return (
    <Form.Item
      name={at} label={kind === 'money' && !/元|yuan/.test(text) ? t('form.yuan', { name: text }) : text} required={required}
      rules={[
        ...(required ? [{ required: true, message: t('form.required', { name: text }) }] : []),
        ...(kind === 'money' ? [{ validator: (_: unknown, value: unknown) => (!value || fen(String(value)) !== null ? Promise.resolve() : Promise.reject(new Error(t('form.money')))) }] : []),
        ...(schema.mx && (kind === 'text' || kind === 'long') ? [{ max: schema.mx, message: t('form.long', { most: schema.mx }) }] : []),
      ]}
    >
      {control(kind, meta, schema, name, t)}
    </Form.Item>
  );
}

function control(kind: ReturnType<typeof kindOf>, meta: Meta, schema: Schema, name: string, t: (key: string) => string) {
  const options = (values: string[] = []) => values.map((value) => ({ value, label: word(value, name) }));
  switch (kind) {
    case 'choice': return <Select allowClear options={options(schema.e)} placeholder={t('form.choose')} showSearch={{ optionFilterProp: 'label' }} />;
    case 'choices': return <Select mode="multiple" options={options(resolve(meta, schema.i).e)} placeholder={t('form.choose')} />;
    case 'words': return <Select mode="tags" open={false} suffixIcon={null} placeholder={t('form.several')} tokenSeparators={['，', ',', '、', ' ']} />;
    case 'yes': return <Select allowClear options={[{ value: true, label: t('yes') }, { value: false, label: t('no') }]} placeholder={t('form.choose')} />;
    case 'date': return <Input type="date" />;
    case 'money': return <Input inputMode="decimal" suffix={t('form.unit')} />;
    case 'number': return <Input inputMode="numeric" />;
    case 'long': return <Input.TextArea rows={3} />;
    case 'json': return <Input.TextArea rows={3} placeholder={t('form.json')} />;
    default: return <Input />;
  }
}
