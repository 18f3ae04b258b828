/**
 * A virtual host of RabbitMQ that a test makes, fills and removes: queues, policies, users and messages by the management API, consumers by AMQP.
 * What is easily got wrong: the server may be somebody's own, so nothing outside this virtual host is touched but users of this test's name.
 */
import { connect, type Channel, type ChannelModel } from 'amqplib'

export class RabbitHost {
  private connection: ChannelModel | undefined
  private readonly users: string[] = []

  private constructor(
    /** Address of the management API, with its user. */
    private readonly url: URL,
    readonly name: string,
  ) {}

  /** `url` is where the management API answers. */
  static async create(url: string, name: string): Promise<RabbitHost> {
    const host = new RabbitHost(new URL(url), `${name}-${process.pid}`)
    await host.manage('PUT', `/vhosts/${host.name}`, {})
    const user = decodeURIComponent(host.url.username)
    await host.manage('PUT', `/permissions/${host.name}/${user}`, { configure: '.*', write: '.*', read: '.*' })
    return host
  }

  /** Address for Faultline. */
  address({ user = this.url.username, password = this.url.password, port = this.url.port } = {}): string {
    return `amqp+http://${user}:${password}@${this.url.hostname}:${port}/${this.name}`
  }

  get managementPort(): number {
    return Number(this.url.port)
  }

  /** Port of AMQP, where no management API answers. */
  async amqpPort(): Promise<number> {
    const overview = (await this.manage('GET', '/overview')) as { listeners: { protocol: string; port: number }[] }
    return overview.listeners.find((listener) => listener.protocol === 'amqp')?.port ?? 5672
  }

  async queue(name: string, args: object = {}): Promise<void> {
    await this.manage('PUT', `/queues/${this.name}/${name}`, { durable: true, arguments: args })
  }

  async exchange(name: string, type: string): Promise<void> {
    await this.manage('PUT', `/exchanges/${this.name}/${name}`, { type, durable: true })
  }

  async bind(exchange: string, queue: string, key: string): Promise<void> {
    await this.manage('POST', `/bindings/${this.name}/e/${exchange}/q/${queue}`, { routing_key: key })
  }

  async policy(name: string, pattern: string, definition: object): Promise<void> {
    await this.manage('PUT', `/policies/${this.name}/${name}`, { pattern, definition, 'apply-to': 'queues' })
  }

  /** A user of this test, gone with it; `sees` gives access to the virtual host without any right in it. */
  async user(name: string, tags: string, sees: boolean): Promise<string> {
    const full = `${name}-${process.pid}`
    this.users.push(full)
    await this.manage('PUT', `/users/${full}`, { password: 'paper', tags })
    if (sees)
      await this.manage('PUT', `/permissions/${this.name}/${full}`, { configure: '^$', write: '^$', read: '^$' })
    return full
  }

  /** A channel of AMQP into the virtual host. */
  async channel(): Promise<Channel> {
    this.connection ??= await connect({
      hostname: this.url.hostname,
      port: await this.amqpPort(),
      username: decodeURIComponent(this.url.username),
      password: decodeURIComponent(this.url.password),
      vhost: this.name,
    })
    return this.connection.createChannel()
  }

  /** What the management API says about a queue now. */
  async stateOf(queue: string): Promise<{ messages?: number; message_stats?: Record<string, number> }> {
    return (await this.manage('GET', `/queues/${this.name}/${queue}`)) as { messages?: number }
  }

  async remove(): Promise<void> {
    await this.connection?.close()
    await this.manage('DELETE', `/vhosts/${this.name}`)
    for (const user of this.users) await this.manage('DELETE', `/users/${user}`)
  }

  private async manage(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const { username, password, host } = this.url
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    const response = await fetch(`http://${host}/api${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`RabbitMQ answered ${response.status} to ${method} ${path}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
