/**
 * Statements as drivers and ORMs really write them, with what they do. `reads` and `writes` are sorted;
 * what is left out of an expectation is blank: no tables, no locks, parsed, not truncated.
 */
import type { StatementReading } from '../../src/survey/statements/parse-statement.js'

export interface StatementCase {
  system: string
  text: string
  command: string
  access: StatementReading['access']
  reads?: string[]
  writes?: string[]
  locks?: boolean
  parsed?: boolean
  truncated?: boolean
}

type Doing = Omit<StatementCase, 'system' | 'text' | 'command' | 'access'>
const statement =
  (command: string, access: StatementReading['access']) =>
  (system: string, text: string, doing: Doing = {}) => ({
    system,
    text,
    command,
    access,
    ...doing,
  })
const select = statement('SELECT', 'read')
const insert = statement('INSERT', 'write')
const update = statement('UPDATE', 'write')
const remove = statement('DELETE', 'write')
const merge = statement('MERGE', 'write')
const pg = 'postgresql'
const mssql = 'microsoft.sql_server'

export const plainStatements: StatementCase[] = [
  select(pg, 'SELECT 1'),
  select(pg, 'select * from books', { reads: ['books'] }),
  select(pg, 'SELECT * FROM public."Books" WHERE id = $1', { reads: ['books'] }),
  select(pg, 'SELECT b.title FROM shop.books b, shop.authors AS a WHERE a.id = b.author_id', {
    reads: ['shop.authors', 'shop.books'],
  }),
  select(pg, 'SELECT * FROM (SELECT id FROM orders WHERE total > ?) AS big JOIN customers c USING (id)', {
    reads: ['customers', 'orders'],
  }),
  select(pg, 'SELECT * FROM generate_series(1, 10) AS n, LATERAL unnest(ARRAY[1,2]) AS u', {}),
  select(pg, 'WITH recent AS (SELECT * FROM orders) SELECT * FROM recent', { reads: ['orders'] }),
  select(pg, 'WITH orders AS (SELECT * FROM orders WHERE open) SELECT * FROM orders', { reads: ['orders'] }),
  select(
    pg,
    'WITH RECURSIVE tree AS (SELECT id FROM shelves UNION ALL SELECT s.id FROM shelves s JOIN tree ON s.parent = tree.id) SELECT * FROM tree',
    { reads: ['shelves'] },
  ),
  select(pg, 'WITH a AS (SELECT 1) SELECT * FROM a UNION SELECT * FROM a JOIN books ON true', { reads: ['books'] }),
  select(pg, 'SELECT EXTRACT(year FROM placed_at) FROM orders', { reads: ['orders'] }),
  select(pg, 'SELECT id FROM books WHERE EXISTS (SELECT 1 FROM stock WHERE stock.book = books.id)', {
    reads: ['books', 'stock'],
  }),
  select(pg, '(SELECT id FROM books) UNION ALL (SELECT id FROM ebooks)', { reads: ['books', 'ebooks'] }),
  select(pg, "SELECT data->>'isbn', tags::text[] FROM books WHERE data @> '{\"a\":1}'", { reads: ['books'] }),
  select(pg, 'SELECT typname FROM pg_catalog.pg_type t JOIN pg_class c ON c.oid = t.typrelid', {}),
  select(pg, 'SELECT * FROM jobs WHERE done = false ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED', {
    reads: ['jobs'],
    locks: true,
  }),
  select(pg, 'SELECT pg_advisory_lock(42)', { locks: true }),
  select('mysql', 'SELECT * FROM `shop`.`books` WHERE id = ? LOCK IN SHARE MODE', {
    reads: ['shop.books'],
    locks: true,
  }),
  select('mysql', 'SELECT * FROM books WHERE title = "it\\"s; DELETE FROM books" AND note = \'\\\'\'', {
    reads: ['books'],
  }),
  select('mysql', 'SELECT @total := SUM(price) FROM books FORCE INDEX (by_price)', { reads: ['books'], parsed: false }),
  select(pg, 'SELECT a # b FROM books', { reads: ['books'] }),
  select('mysql', 'SELECT a # the cheap ones\nFROM books', { reads: ['books'] }),
  select('gcp.bigquery', 'SELECT o.id, line.sku FROM `acme.shop.orders` AS o, o.lines AS line', {
    reads: ['acme.shop.orders'],
  }),
  select('sqlite', 'SELECT name FROM sqlite_master WHERE type = :type', {}),
  select('sqlite', 'SELECT * FROM main.[order lines] WHERE id = ?1', { reads: ['order lines'] }),
  select('clickhouse', 'SELECT count() FROM events WHERE id IN (?..) AND day = {day:Date}', { reads: ['events'] }),
  select('other_sql', 'SELECT * FROM books WHERE id IN ?', { reads: ['books'] }),
  select('cassandra', 'SELECT * FROM shop.books_by_isbn WHERE isbn = ? ALLOW FILTERING', {
    reads: ['shop.books_by_isbn'],
    parsed: false,
  }),
  select('oracle.db', 'SELECT SYSDATE FROM DUAL', {}),
  insert(pg, 'INSERT INTO books (id, title) VALUES ($1, $2) RETURNING id', { writes: ['books'] }),
  insert(pg, 'INSERT INTO archive SELECT * FROM orders o JOIN lines l ON l.order_id = o.id', {
    reads: ['lines', 'orders'],
    writes: ['archive'],
  }),
  insert(
    pg,
    'INSERT INTO stock (sku, n) VALUES (?, ?), (?, ?), (?, ?) ON CONFLICT (sku) DO UPDATE SET n = excluded.n',
    { writes: ['stock'] },
  ),
  insert(pg, 'WITH gone AS (DELETE FROM orders WHERE done RETURNING *) INSERT INTO archive SELECT * FROM gone', {
    writes: ['archive', 'orders'],
  }),
  insert('mysql', 'INSERT IGNORE INTO stock SET sku = ?, n = ? ON DUPLICATE KEY UPDATE n = VALUES(n)', {
    writes: ['stock'],
  }),
  insert('mysql', 'INSERT INTO books VALUES ?', { writes: ['books'] }),
  insert('clickhouse', 'INSERT INTO events (id, name) FORMAT JSONEachRow', { writes: ['events'], parsed: false }),
  insert('sqlite', 'INSERT OR REPLACE INTO books VALUES (?, ?)', { writes: ['books'] }),
  statement('REPLACE', 'write')('mysql', 'REPLACE INTO stock (sku, n) VALUES (?, ?)', { writes: ['stock'] }),
  statement('TRUNCATE', 'write')(pg, 'TRUNCATE TABLE carts, cart_lines', { writes: ['cart_lines', 'carts'] }),
  update(pg, 'UPDATE books SET price = price * 1.1 WHERE id IN (SELECT book FROM sales)', {
    reads: ['sales'],
    writes: ['books'],
  }),
  update(pg, 'UPDATE books b SET price = s.price FROM shop.suppliers s WHERE s.book = b.id', {
    reads: ['shop.suppliers'],
    writes: ['books'],
  }),
  update('mysql', 'UPDATE books b JOIN sales s ON s.book = b.id SET b.sold = s.n', {
    reads: ['sales'],
    writes: ['books'],
    parsed: false,
  }),
  remove(pg, 'DELETE FROM orders USING customers c WHERE c.id = orders.customer AND c.closed', {
    reads: ['customers'],
    writes: ['orders'],
  }),
  remove('mysql', 'DELETE o FROM orders AS o JOIN customers c ON c.id = o.customer', {
    reads: ['customers'],
    writes: ['orders'],
  }),
  remove(pg, 'DELETE FROM ONLY carts WHERE id = $1', { writes: ['carts'] }),
  merge(
    pg,
    'MERGE INTO stock s USING deliveries d ON d.sku = s.sku WHEN MATCHED THEN UPDATE SET n = s.n + d.n WHEN NOT MATCHED THEN INSERT (sku, n) VALUES (d.sku, d.n)',
    { reads: ['deliveries'], writes: ['stock'] },
  ),
  merge(
    mssql,
    'MERGE [dbo].[Stock] AS target USING (SELECT @p0 AS Sku) AS source ON target.Sku = source.Sku WHEN MATCHED THEN UPDATE SET N = @p1;',
    { writes: ['stock'] },
  ),
  update(pg, 'BEGIN; UPDATE stock SET n = n - 1 WHERE sku = ?; SELECT n FROM stock; COMMIT', {
    reads: ['stock'],
    writes: ['stock'],
  }),
  statement('BEGIN', 'other')(pg, 'BEGIN'),
  statement('SET', 'other')(mssql, 'SET NOCOUNT ON;'),
  statement('CREATE', 'other')(pg, 'CREATE TABLE books (id int PRIMARY KEY)'),
  statement('EXEC', 'other')(mssql, 'EXEC dbo.PlaceOrder @p0, @p1'),
  statement('LOCK', 'other')(pg, 'LOCK TABLE books IN EXCLUSIVE MODE', { locks: true }),
  statement('CREATE', 'other')(
    pg,
    'CREATE FUNCTION f() RETURNS void AS $$ BEGIN DELETE FROM books; END $$ LANGUAGE plpgsql',
  ),
  statement('COPY', 'write')(pg, 'COPY books (id, title) FROM STDIN', { writes: ['books'], parsed: false }),
  statement('', 'other')(pg, '   '),
]

export const frameworkStatements: StatementCase[] = [
  // Hibernate
  select(
    pg,
    'select o1_0.id,c1_0.name from orders o1_0 left join customers c1_0 on c1_0.id=o1_0.customer_id where o1_0.id in (?,?,?,?)',
    { reads: ['customers', 'orders'] },
  ),
  insert(pg, '/* insert for com.shop.Order */insert into orders (total,id) values (?,?)', { writes: ['orders'] }),
  select('mysql', 'select next_val as id_val from hibernate_sequence for update', {
    reads: ['hibernate_sequence'],
    locks: true,
  }),
  select('oracle.db', 'select b1_0.id from books b1_0 order by b1_0.id offset ? rows fetch first ? rows only', {
    reads: ['books'],
  }),
  // ActiveRecord with marginalia
  select(
    pg,
    'SELECT "books".* FROM "books" INNER JOIN "authors" ON "authors"."id" = "books"."author_id" WHERE "books"."shelf" = $1 LIMIT $2 /*application:Bookshop,controller:books*/',
    { reads: ['authors', 'books'] },
  ),
  update('mysql', "UPDATE `carts` SET `carts`.`updated_at` = '2024-05-01 10:00:00' WHERE `carts`.`id` = 7", {
    writes: ['carts'],
  }),
  // Prisma
  select(
    pg,
    'SELECT "public"."Book"."id", "public"."Book"."title" FROM "public"."Book" WHERE ("public"."Book"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3',
    { reads: ['book'] },
  ),
  select(
    pg,
    'SELECT "t1"."id", "Book_lines"."__prisma_data__" AS "lines" FROM "public"."Book" AS "t1" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), \'[]\') AS "__prisma_data__" FROM (SELECT "t3"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT(\'id\', "t2"."id") AS "__prisma_data__" FROM "public"."Line" AS "t2" WHERE "t1"."id" = "t2"."bookId") AS "t3") AS "t4") AS "Book_lines" ON TRUE',
    { reads: ['book', 'line'] },
  ),
  // TypeORM
  select(
    'mysql',
    'SELECT `Book`.`id` AS `Book_id` FROM `book` `Book` LEFT JOIN `book_tags_tag` `bt` ON `bt`.`bookId`=`Book`.`id` WHERE ((`Book`.`id` = ?)) LIMIT 1',
    { reads: ['book', 'book_tags_tag'] },
  ),
  // Sequelize
  insert(
    pg,
    'INSERT INTO "Orders" ("id","total","createdAt") VALUES (DEFAULT,$1,$2) RETURNING "id","total","createdAt";',
    { writes: ['orders'] },
  ),
  select('sqlite', 'SELECT count(*) AS `count` FROM `Books` AS `Book` WHERE (`Book`.`deletedAt` IS NULL);', {
    reads: ['books'],
  }),
  // Django
  select(
    pg,
    'SELECT "shop_book"."id" FROM "shop_book" INNER JOIN "shop_author" ON ("shop_book"."author_id" = "shop_author"."id") WHERE "shop_author"."name" LIKE %s ORDER BY "shop_book"."id" ASC LIMIT 21',
    { reads: ['shop_author', 'shop_book'] },
  ),
  statement('DECLARE', 'read')(
    pg,
    'DECLARE "_django_curs_1" NO SCROLL CURSOR WITHOUT HOLD FOR SELECT "shop_book"."id" FROM "shop_book"',
    { reads: ['shop_book'], parsed: false },
  ),
  // SQLAlchemy
  insert(pg, 'INSERT INTO books (title, price) VALUES (%(title)s, %(price)s) RETURNING books.id', {
    writes: ['books'],
  }),
  // EF Core
  select(
    mssql,
    "SELECT TOP(@__p_0) [o].[Id], [l].[Sku] FROM [dbo].[Orders] AS [o] WITH (NOLOCK) LEFT JOIN [Order Lines] AS [l] ON [o].[Id] = [l].[OrderId] WHERE [o].[City] = N'Århus' ORDER BY [o].[Id]",
    { reads: ['order lines', 'orders'] },
  ),
  insert(
    mssql,
    'SET IMPLICIT_TRANSACTIONS OFF; SET NOCOUNT ON; INSERT INTO [Books] ([Title]) OUTPUT INSERTED.[Id] VALUES (@p0);',
    { writes: ['books'] },
  ),
  update(
    mssql,
    'UPDATE [b] SET [b].[Price] = 0 FROM [Books] AS [b] INNER JOIN [Sales] AS [s] ON [s].[BookId] = [b].[Id]',
    { reads: ['sales'], writes: ['books'] },
  ),
  select(mssql, 'SELECT TOP 1 * FROM [Jobs] WITH (UPDLOCK, READPAST) WHERE [Done] = 0', {
    reads: ['jobs'],
    locks: true,
  }),
  remove(mssql, 'DELETE TOP (50) FROM [Carts] WHERE [Touched] < @p0', { writes: ['carts'] }),
  remove(mssql, 'DELETE FROM [b] FROM [Books] AS [b] WHERE [b].[Id] = @p0', { writes: ['books'] }),
  select(
    mssql,
    'SELECT [t].[Id] FROM [Books] AS [b] OUTER APPLY (SELECT TOP(1) [s].[Id] FROM [Sales] AS [s] WHERE [s].[BookId] = [b].[Id]) AS [t] ORDER BY [b].[Id] OFFSET @p ROWS FETCH NEXT @q ROWS ONLY',
    { reads: ['books', 'sales'] },
  ),
  // sqlcommenter and line comments
  select(pg, "-- name: GetBook :one\nSELECT id FROM books WHERE id = $1 /*traceparent='00-5b-01'*/", {
    reads: ['books'],
  }),
  // Knex, jOOQ, Npgsql
  select(pg, 'select "id" from "books" where "price" between ? and ? and "shelf" = any(?)', { reads: ['books'] }),
  select(pg, 'SELECT b."Id" FROM "Books" AS b WHERE b."Id" = @__id_0', { reads: ['books'] }),
]

export const brokenStatements: StatementCase[] = [
  select(pg, 'SELECT * FROM books JOIN authors ON authors.id = bo...', {
    reads: ['authors', 'books'],
    parsed: false,
    truncated: true,
  }),
  select(pg, 'SELECT * FROM books JOIN auth…', { reads: ['books'], parsed: false, truncated: true }),
  select(pg, "SELECT * FROM books WHERE title = 'The Na", { reads: ['books'], parsed: false, truncated: true }),
  select(pg, 'SELECT * FROM books WHERE id IN (1, 2, 3', { reads: ['books'], parsed: false, truncated: true }),
  select(pg, 'SELECT * FROM books /* traceparent=', { reads: ['books'], parsed: false, truncated: true }),
  select(pg, 'WITH recent AS (SELECT * FROM orders) SELECT * FROM recent r JOIN books b ON (', {
    reads: ['books', 'orders'],
    parsed: false,
    truncated: true,
  }),
  insert(pg, 'INSERT INTO archive SELECT id, title FROM books WHERE id > (SEL...[truncated]', {
    reads: ['books'],
    writes: ['archive'],
    parsed: false,
    truncated: true,
  }),
  update('mysql', 'UPDATE stock SET n = n - 1 WHERE sku = ...', { writes: ['stock'], parsed: false, truncated: true }),
  remove(pg, 'DELETE FROM carts WHERE touched_at < now() - interval...', {
    writes: ['carts'],
    parsed: false,
    truncated: true,
  }),
  select(pg, 'SELECT * FROM books WHERE id = <redacted> FOR UPDATE', { reads: ['books'], locks: true, parsed: false }),
  select(pg, 'SELECT a, b FROM books b, authors a WHERE %%', { reads: ['authors', 'books'], parsed: false }),
  select(pg, 'SELECT * FROM books WHERE placed > now() - INTERVAL ? AND day = DATE ?', { reads: ['books'] }),
]

export const otherLanguages: StatementCase[] = [
  statement('GET', 'read')('redis', 'GET book:42'),
  statement('SETEX', 'write')('redis', 'SETEX book:42 60 ?'),
  statement('FIND', 'read')('mongodb', '{"find": "books", "filter": {"isbn": "?"}}', { reads: ['books'] }),
  statement('INSERT', 'write')('mongodb', '{"insert":"orders","documents":[{"text":"SELECT * FROM users"}]}', {
    writes: ['orders'],
  }),
  statement('UPDATEONE', 'write')('mongodb', 'orders.updateOne({"_id": "?"})', { writes: ['orders'] }),
  statement('', 'other')('elasticsearch', '{"query":{"match":{"title":"?"}}}'),
  statement('MATCH', 'read')('neo4j', 'MATCH (b:Book) RETURN b'),
]
