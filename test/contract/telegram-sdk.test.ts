// grammY against our double: what it does here, it does with Telegram.

import { Bot, GrammyError } from 'grammy';
import { afterEach, expect, it } from 'vitest';
import { startTelegramDouble, type TelegramDouble } from '../doubles/telegram';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startDouble(): Promise<TelegramDouble> {
  const double = await startTelegramDouble();
  cleanups.push(() => double.close());
  return double;
}

function bot(double: TelegramDouble, token = double.secrets.botToken ?? ''): Bot {
  return new Bot(token, { client: { apiRoot: String(double.settings.apiRoot) } });
}

it('learns who it is, receives a message, answers it as a reply, and confirms it when it stops', async () => {
  const double = await startDouble();
  const grammy = bot(double);
  const received = new Promise<string>((resolve, reject) => {
    grammy.on('message:text', async (context) => {
      const reply_parameters = { message_id: context.message.message_id };
      const answer = await context.reply(`you said ${context.message.text}`, { reply_parameters });
      resolve(`${context.me.username} ${context.from.first_name} ${answer.chat.id}`);
    });
    grammy.catch(reject);
  });
  const running = grammy.start();
  await double.linked();
  await double.deliver({ text: 'hello', sender: '42', senderName: 'Ada' });
  expect(await received).toBe('double_bot Ada 42');
  expect(double.sent).toEqual([{ to: '42', text: 'you said hello' }]);
  await grammy.stop();
  await running;
  expect(double.unconfirmed).toBe(0);
});

it('is told that the token is wrong', async () => {
  const double = await startDouble();
  const start = bot(double, `1:${'A'.repeat(35)}`).start();
  await expect(start).rejects.toMatchObject({ error_code: 401 });
});

it('is told that another process polls', async () => {
  const double = await startDouble();
  const grammy = bot(double);
  const running = grammy.start();
  await double.linked();
  await double.happen('kick');
  await expect(running).rejects.toMatchObject({ error_code: 409 });
});

it('is told how long to wait, and what is wrong with a chat', async () => {
  const double = await startDouble();
  const grammy = bot(double);
  const unknown = await grammy.api.sendMessage(5, 'x').catch((error: unknown) => error);
  expect(unknown).toBeInstanceOf(GrammyError);
  expect(unknown).toMatchObject({ error_code: 400, description: 'Bad Request: chat not found' });
  await double.fault('rate-limit');
  await expect(grammy.api.getMe()).rejects.toMatchObject({ error_code: 429, parameters: { retry_after: 2 } });
});

it('sets and removes a webhook, and is not served while one is set', async () => {
  const double = await startDouble();
  const { api } = bot(double);
  await api.setWebhook('https://other.example/hook');
  expect(await api.getWebhookInfo()).toMatchObject({ url: 'https://other.example/hook' });
  await expect(api.getUpdates()).rejects.toMatchObject({ error_code: 409 });
  await api.deleteWebhook();
  expect(await api.getUpdates()).toEqual([]);
});
