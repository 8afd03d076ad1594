// Loaded into every OpenClaw process of `npm run test:interop` before its own code (NODE_OPTIONS): a connection or a
// look-up that would leave this machine fails as if there were no network, and is noted in $INTEROP_BLOCKED.
// It must not change anything else about the process.
const dgram = require('node:dgram');
const dns = require('node:dns');
const { appendFileSync } = require('node:fs');
const net = require('node:net');

const isLoopback = (host) => /^(localhost|127(\.\d+){3}|::1|\[::1\]|::ffff:127(\.\d+){3})$/i.test(host);

function blocked(what) {
  if (process.env.INTEROP_BLOCKED) appendFileSync(process.env.INTEROP_BLOCKED, `${what}\n`);
  return Object.assign(new Error(`no network in this test: ${what}`), {
    code: 'ENETUNREACH',
    syscall: 'connect',
  });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  // Either (port, host?, …), (path), (options), or what net.connect made of them: an array of both.
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  const options = first !== null && typeof first === 'object' ? first : { port: first, host: args[1] };
  const host = typeof options.host === 'string' ? options.host : 'localhost';
  const isLocalSocket = typeof options.path === 'string' || Number.isNaN(Number(options.port));
  if (isLocalSocket || isLoopback(host)) return connect.apply(this, args);
  process.nextTick(() => this.destroy(blocked(`tcp ${host}:${options.port}`)));
  return this;
};

function lookupFails(name) {
  return Object.assign(blocked(`name ${name}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: name,
  });
}
const { lookup } = dns;
dns.lookup = (name, ...rest) => {
  if (!name || isLoopback(name) || net.isIP(name)) return lookup(name, ...rest);
  process.nextTick(rest.at(-1), lookupFails(name));
};
const lookupLater = dns.promises.lookup;
dns.promises.lookup = async (name, ...rest) => {
  if (!name || isLoopback(name) || net.isIP(name)) return lookupLater(name, ...rest);
  throw lookupFails(name);
};
for (const [owner, later] of [
  [dns, false],
  [dns.Resolver.prototype, false],
  [dns.promises, true],
  [dns.promises.Resolver.prototype, true],
])
  for (const method of Object.getOwnPropertyNames(owner).filter((key) => /^(resolve|reverse)/.test(key)))
    owner[method] = later
      ? async (name) => {
          throw lookupFails(name);
        }
      : (name, ...rest) => process.nextTick(rest.at(-1), lookupFails(name));

dgram.Socket.prototype.send = (...args) => {
  const error = blocked('udp');
  const done = args.at(-1);
  if (typeof done === 'function') process.nextTick(done, error);
};
