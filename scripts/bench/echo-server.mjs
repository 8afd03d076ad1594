// The yardstick: the same WebSocket library with nothing behind it. Sends a first message like the gateway's
// challenge, echoes everything, closes with 1008 on the token that the gateway would refuse, and refuses one Origin
// before the upgrade.
import { WebSocketServer } from 'ws';
import { REFUSED_ORIGIN } from './crowds.mjs';
import { REFUSED_TOKEN } from './load.mjs';

const CHALLENGE = JSON.stringify({
  type: 'event',
  event: 'connect.challenge',
  payload: { nonce: '00000000-0000-4000-8000-000000000000', ts: 0 },
});

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  verifyClient: ({ origin }) => origin !== REFUSED_ORIGIN,
});
server.on('listening', () => process.send({ port: server.address().port }));
server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const text = data.toString();
    socket.send(text);
    if (text.includes(REFUSED_TOKEN)) socket.close(1008);
  });
  socket.send(CHALLENGE);
});
process.on('disconnect', () => process.exit());
