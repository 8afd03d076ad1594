// The vendor's own SDK against our double: it connects, receives and sends, survives a lost link by resuming, and gives
// up on a bad token. So the double speaks as Discord does.

import { Client, type Message, type TextChannel } from 'discord.js';
import { expect, it, onTestFinished } from 'vitest';
import { type DiscordDouble, rateLimited, startDiscordDouble } from '../doubles/discord';

const INTENTS = 1 | 512 | 4096 | 32768;

async function connected(): Promise<{ client: Client<true>; double: DiscordDouble }> {
  const double = await startDiscordDouble();
  onTestFinished(() => double.close());
  const client = clientOf(double);
  const ready = new Promise<Client<true>>((resolve) => client.once('clientReady', resolve));
  await client.login(double.secrets.token);
  return { client: await ready, double };
}

function clientOf(double: DiscordDouble): Client {
  const { api } = double.settings.endpoints as { api: string };
  // The SDK adds the version itself.
  const client = new Client({ intents: INTENTS, rest: { api: api.replace(/\/v10$/, ''), version: '10' } });
  onTestFinished(() => client.destroy());
  return client;
}

it('discord.js connects to the double, receives a message and answers it', async () => {
  const { client, double } = await connected();
  expect(client.user.username).toBe('double');
  const received = new Promise<Message>((resolve) => client.once('messageCreate', resolve));
  const id = await double.deliver({ text: 'good morning', conversation: double.guildChannel });
  const message = await received;
  expect(message).toMatchObject({ id, content: 'good morning' });
  const sent = await (message.channel as TextChannel).send({
    content: 'hello',
    allowedMentions: { parse: [] },
  });
  expect(sent.content).toBe('hello');
  expect(double.sent).toEqual([{ to: double.guildChannel, text: 'hello' }]);
});

it('discord.js resumes at the double after a cut and gets what it missed', async () => {
  const { client, double } = await connected();
  const resumed = new Promise((resolve) => client.once('shardResume', resolve));
  const received = new Promise<Message>((resolve) => client.once('messageCreate', resolve));
  await double.happen('cut');
  await double.seen(() => double.links === 0);
  await double.deliver({ text: 'missed', conversation: double.guildChannel });
  await resumed;
  expect((await received).content).toBe('missed');
  expect(double.identifies).toBe(1);
});

it('discord.js is told to slow down, waits and sends again', async () => {
  const { client, double } = await connected();
  double.script(rateLimited(false, 0.05));
  const channel = (await client.channels.fetch(double.guildChannel)) as TextChannel;
  expect((await channel.send('later')).content).toBe('later');
  expect(double.log.filter(({ name }) => name.startsWith('POST'))).toHaveLength(2);
});

it('discord.js gives up on a token that the double refuses', async () => {
  const double = await startDiscordDouble();
  onTestFinished(() => double.close());
  await double.fault('bad-credential');
  await expect(clientOf(double).login(double.secrets.token)).rejects.toThrow(/token/i);
});
