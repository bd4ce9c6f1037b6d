export interface Config { authority: string; client_id: string; scope: string; embedded: boolean; region: string }

let config: Config | null = null;

export async function loadConfig(): Promise<Config> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`config ${response.status}`);
  const read = (await response.json()) as Config;
  config = { ...read, authority: new URL(read.authority, window.location.origin).href };
  return config;
}

export function currentConfig(): Config {
  if (!config) throw new Error('The configuration is not loaded.');
  return config;
}
