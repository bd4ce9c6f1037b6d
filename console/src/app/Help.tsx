import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';

const KEYS = ['g t', 'g o', '/', '?', 'j', 'k', 'Enter', 'x', 'a', 'r', 'e'];

export function Help({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open={open} onClose={close} title={t('help.title')} size={420}>
      <p>{t('help.intro')}</p>
      <h3>{t('help.keys')}</h3>
      <dl className="keys">{KEYS.map((key) => <div key={key}><dt>{key.split(' ').map((one) => <kbd key={one}>{one}</kbd>)}</dt><dd>{t(`key.${key}`)}</dd></div>)}</dl>
      <h3>{t('help.basis')}</h3>
      <p>{t('help.basis.text')}</p>
    </Drawer>
  );
}
