/** A system in which every name is an attack. The faults are there so that the names get into findings: many calls, shared stores, dark callees. */
import { sketch, type Scope, type System } from '../sketch.js'

/** Text that acts where it is not escaped. The half surrogate is written as its escape in JSON and as U+FFFD elsewhere. */
export const attacks: readonly string[] = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  '\u001b[2J\u001b[31mred\u0007\u009b1m',
  'name\n::error title=planted::planted by evidence\r\n',
  '\u202Etxt.exe\u2066\u200b',
  "'; DROP TABLE otel_traces; -- ",
  '__proto__',
  'constructor',
  '| a | b | `code` **bold** [link](javascript:alert(1)) ![image](https://evil.example/x.png)',
  '@everyone #123 https://evil.example www.evil.example :tada: GH-1',
  '</details></summary> & &lt; {0} %0A ,:',
  'nul\u0000byte',
  '\ud800 half a surrogate',
  '{param:String} ${x} \\N \\x41 {{y}} %s',
]

/** No tracer could write a URL with half a surrogate in it. */
const hostOf = (name: string): string => (/\p{Surrogate}/u.test(name) ? 'half' : name)

function serve(s: Scope, attack: string, number: number): void {
  const store = {
    collection: attack,
    attributes: {
      'server.address': attack,
      'db.namespace': attack,
      'db.query.text': `SELECT '${attack}' FROM "${attack}" WHERE ${attack} = ${number}`,
      [attack]: attack,
    },
  }
  s.work(4)
  s.repeat(20, (each) =>
    each.call(`callee ${attack}`, `GET /books/${attack}`, {
      ms: 7,
      name: attack,
      host: hostOf(attack),
      attributes: { 'url.full': attack },
    }),
  )
  s.query('postgresql://pg:5432/shop', `UPDATE books SET title = '${attack}'`, { ms: 2, ...store })
  s.call(`dark ${attack}`, 'GET /', { ms: 3, host: hostOf(attack), peerService: `dark ${attack}`, error: attack })
  s.publish('rabbitmq://broker:5672/orders', {
    messageId: attack,
    attributes: { 'messaging.destination.name': attack },
  }).consume(`consumer ${attack}`, { by: 'none', attributes: { 'messaging.destination.name': attack } }, (c) =>
    c.query('postgresql://pg:5432/shop', `UPDATE books SET title = '${attack}'`, { ms: 2, ...store }),
  )
}

export function hostileSystem(names: readonly string[] = attacks, traces = 25): System {
  const shop = sketch('hostile-bookshop')
  for (const attack of names) {
    shop.service(`dark ${attack}`, { dark: true })
    shop.service(attack, { resource: { [`key ${attack}`]: attack } })
    shop.repeat(traces, (trace, number) =>
      trace.server(
        attack,
        `GET /${attack}`,
        { name: attack, events: [{ name: attack, attributes: { [attack]: attack } }] },
        (s) => serve(s, attack, number),
      ),
    )
  }
  return shop
}
