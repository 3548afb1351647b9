// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/postgressource.h"

#include "app/comparator/pgconnection.h"
#include "app/comparator/statement.h"
#include "models/core/ids.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>

namespace crossfade {

namespace {

constexpr std::int64_t MostFetchRows = 5'000;
constexpr std::int64_t FetchBytes = 2 << 20;
// A page is asked for ahead only while pages are used up faster than this. A slow reader would leave
// the server waiting to send it, until its statement timeout.
constexpr std::chrono::milliseconds QuickPage{1'000};

// How this key column is compared: the index is used wherever the column's own order is the
// merge's.
struct KeyForm {
    std::string select;  // as text
    std::string order;   // sorted by
    std::string after;   // type of the parameter in "order > $1"
    std::string element; // type of the keys in "order = ANY($1::…[])"
    std::string lookup;  // the left side of that
    bool uuid = false;
};

bool isBigint(const std::string &text)
{
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size();
}

bool isIntegerType(const std::string &type)
{
    return type == "smallint" || type == "integer" || type == "bigint";
}

KeyForm keyForm(const TableView &view, const std::string &type, bool bytewise)
{
    // Qualified: by its bare name ORDER BY would take the selected text instead of the column.
    const std::string column = "r." + quotedIdentifier(view.key);
    KeyForm form{column + "::text", column, "", "", column, type == "uuid"};
    if (view.keyKind == KeyKind::Integer) {
        form.element = isIntegerType(type) ? "bigint" : "numeric";
        form.after = "::" + form.element;
        if (!isIntegerType(type)) form.order = form.lookup = column + "::numeric";
        return form;
    }
    const bool text = type == "text" || type.starts_with("character varying");
    form.order = (text ? column : column + "::text") + (text && bytewise ? "" : " COLLATE \"C\"");
    form.element = form.uuid ? "uuid" : "text";
    if (!text && !form.uuid) form.lookup = column + "::text";
    return form;
}

std::string selectOf(const TableView &view, const KeyForm &form)
{
    std::string text = "SELECT " + form.select;
    for (const std::string &column : view.columns)
        text += ", " + quotedIdentifier(column) + "::text";
    text += view.changedColumn ? ", " + quotedIdentifier(*view.changedColumn) + "::text"
                               : ", NULL::text";
    return text + " FROM " + quotedTable(view.table) + " AS r";
}

void readRow(const PgResult &result, int index, std::size_t columns, KeyedRow &row)
{
    result.read(index, 0, row.key);
    row.cells.resize(columns);
    for (std::size_t i = 0; i < columns; ++i)
        result.read(index, static_cast<int>(i) + 1, row.cells[i]);
    result.read(index, static_cast<int>(columns) + 1, row.changed);
}

// A cursor in a REPEATABLE READ transaction; how many rows a fetch asks for follows their size. The
// server gathers the next page while this one is compared.
class PgStream : public RowStream {
public:
    PgStream(PgConnection &connection, std::size_t columns)
        : m_connection(connection)
        , m_columns(columns)
    {
    }
    ~PgStream() override
    {
        if (m_asked) (void)m_connection.receive();
        (void)m_connection.run("ROLLBACK");
    }

    Result<bool> next(KeyedRow &row) override
    {
        if (m_next == m_page.rows()) {
            if (m_ended) return false;
            if (Result<void> fetched = fetch(); !fetched) return fail(fetched.error());
            if (m_next == m_page.rows()) return false;
        }
        readRow(m_page, m_next++, m_columns, row);
        return true;
    }

private:
    using Clock = std::chrono::steady_clock;

    Result<void> fetch()
    {
        m_page = PgResult(nullptr);
        m_next = 0;
        if (!m_asked) {
            if (Result<void> sent = ask(); !sent) return sent;
        }
        m_asked = false;
        Result<PgResult> page = m_connection.receive();
        if (!page) return fail(page.error());
        m_page = std::move(*page);
        m_ended = m_page.rows() < m_ask;
        const Clock::time_point now = Clock::now();
        const bool quick = m_pageSince && now - *m_pageSince < QuickPage;
        m_pageSince = now;
        if (m_ended) return {};
        const auto bytes = static_cast<std::int64_t>(m_page.bytes());
        m_ask = std::clamp<std::int64_t>(FetchBytes / (bytes / m_page.rows() + 1), 1, MostFetchRows);
        return quick ? ask() : Result<void>();
    }
    Result<void> ask()
    {
        Result<void> sent =
            m_connection.send("FETCH " + std::to_string(m_ask) + " FROM crossfade_rows");
        m_asked = sent.has_value();
        return sent;
    }

    PgConnection &m_connection;
    std::size_t m_columns;
    PgResult m_page{nullptr};
    std::int64_t m_ask = 256;
    std::optional<Clock::time_point> m_pageSince; // when the page came
    int m_next = 0;
    bool m_asked = false; // the next page is on its way
    bool m_ended = false;
};

std::string arrayLiteral(const std::vector<std::string> &items)
{
    std::string text = "{";
    for (const std::string &item : items) {
        if (text.size() > 1) text += ',';
        text += '"';
        for (const char c : item) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

class PostgresSource : public Source {
public:
    explicit PostgresSource(std::unique_ptr<PgConnection> connection)
        : m_connection(std::move(connection))
    {
    }

    Result<std::string> serverVersion() override
    {
        Result<PgResult> answer =
            m_connection->run("SELECT 'PostgreSQL ' || current_setting('server_version')");
        if (!answer) return fail(answer.error());
        return answer->text(0, 0);
    }
    Result<std::vector<Column>> columns(const std::string &table) override;
    Result<Size> size(const TableView &view) override;
    Result<std::unique_ptr<RowStream>> stream(const TableView &view,
                                              const std::optional<std::string> &after) override;
    Result<std::vector<SourceRow>> fetch(const TableView &view,
                                         const std::vector<std::string> &keys) override;
    Result<std::int64_t> change(const SqlStatement &statement) override;
    Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                int limit) override;
    Result<std::optional<ChangePlace>> lastChange(const TableView &view) override;
    Result<std::vector<WrittenRow>> write(const TableView &view, const std::vector<RowWrite> &writes) override;
    void interrupt() override { m_connection->interrupt(); }

private:
    Result<KeyForm> form(const TableView &view);
    std::unique_ptr<PgConnection> m_connection;
    std::map<std::string, KeyForm> m_forms;
};

Result<std::vector<Column>> PostgresSource::columns(const std::string &table)
{
    Result<PgResult> answer = m_connection->run(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, EXISTS (SELECT "
        "1 FROM "
        "pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred "
        "IS NULL "
        "AND i.indexprs IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) "
        "FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT "
        "a.attisdropped "
        "ORDER BY a.attnum",
        {quotedTable(table)});
    if (!answer) return fail(answer.error());
    std::vector<Column> result;
    for (int i = 0; i < answer->rows(); ++i)
        result.push_back({answer->text(i, 0), answer->text(i, 1), answer->text(i, 2) == "t",
                          answer->text(i, 3) == "t"});
    return result;
}

Result<KeyForm> PostgresSource::form(const TableView &view)
{
    const std::string name = quotedTable(view.table);
    if (const auto known = m_forms.find(name); known != m_forms.end()) return known->second;
    Result<PgResult> answer = m_connection->run(
        "SELECT format_type(a.atttypid, NULL), CASE WHEN a.attcollation = 100 THEN d.datcollate "
        "ELSE (SELECT collname FROM pg_collation WHERE oid = a.attcollation) END IN ('C', 'POSIX') "
        "FROM pg_attribute a, pg_database d WHERE d.datname = current_database() "
        "AND a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped",
        {name, view.key});
    if (!answer) return fail(answer.error());
    if (answer->rows() == 0)
        return fail(ErrorKind::Conflict,
                    "there is no column " + view.key + " in a table " + view.table);
    return m_forms[name] = keyForm(view, answer->text(0, 0), answer->text(0, 1) == "t");
}

Result<Source::Size> PostgresSource::size(const TableView &view)
{
    const std::string key = quotedIdentifier(view.key);
    Result<PgResult> answer = m_connection->run("SELECT count(" + key + "), count(*) - count(" +
                                                key + ") FROM " + quotedTable(view.table));
    if (!answer) return fail(answer.error());
    return Size{std::strtoll(answer->text(0, 0).c_str(), nullptr, 10),
                std::strtoll(answer->text(0, 1).c_str(), nullptr, 10)};
}

Result<std::unique_ptr<RowStream>> PostgresSource::stream(const TableView &view,
                                                          const std::optional<std::string> &after)
{
    const Result<KeyForm> key = form(view);
    if (!key) return fail(key.error());
    Result<PgResult> begun = m_connection->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (!begun) return fail(begun.error());
    auto stream = std::make_unique<PgStream>(*m_connection, view.columns.size());
    std::string where = " WHERE " + quotedIdentifier(view.key) + " IS NOT NULL";
    if (after) where += " AND " + key->order + " > $1" + key->after;
    std::vector<Cell> parameters;
    if (after) parameters.push_back(*after);
    Result<PgResult> declared =
        m_connection->run("DECLARE crossfade_rows NO SCROLL CURSOR FOR " + selectOf(view, *key) +
                              where + " ORDER BY " + key->order,
                          parameters);
    if (!declared) return fail(declared.error());
    return stream;
}

Result<std::vector<SourceRow>> PostgresSource::fetch(const TableView &view,
                                                     const std::vector<std::string> &keys)
{
    const Result<KeyForm> key = form(view);
    if (!key) return fail(key.error());
    std::vector<std::string> possible; // a text that cannot be of the column's type is no key of it
    std::ranges::copy_if(keys, std::back_inserter(possible), [&](const std::string &text) {
        if (key->uuid) return isUuid(text);
        return key->element != "bigint" || isBigint(text);
    });
    std::vector<SourceRow> rows;
    if (possible.empty()) return rows;
    Result<PgResult> answer = m_connection->run(selectOf(view, *key) + " WHERE " + key->lookup +
                                                    " = ANY($1::" + key->element + "[])",
                                                {arrayLiteral(possible)});
    if (!answer) return fail(answer.error());
    for (int i = 0; i < answer->rows(); ++i) {
        SourceRow &row = rows.emplace_back();
        readRow(*answer, i, view.columns.size(), row.row);
        for (const Cell &cell : row.row.cells)
            row.storage += cell ? 't' : 'n';
    }
    return rows;
}

Result<std::int64_t> PostgresSource::change(const SqlStatement &statement)
{
    if (Result<PgResult> begun = m_connection->run("BEGIN"); !begun) return fail(begun.error());
    std::vector<Cell> values;
    for (const SqlParameter &parameter : statement.parameters)
        values.push_back(parameter.value);
    Result<PgResult> done = m_connection->run(statement.sql, values);
    if (!done || done->affected() > 1) {
        (void)m_connection->run("ROLLBACK");
        if (!done) return fail(done.error());
        return fail(ErrorKind::Conflict, "more than one row has this key; nothing was written");
    }
    if (Result<PgResult> committed = m_connection->run("COMMIT"); !committed)
        return fail(committed.error());
    return done->affected();
}

Result<std::vector<SourceRow>> PostgresSource::changedSince(const TableView &view,
                                                            const std::optional<ChangePlace> &from, int limit)
{
    const Result<KeyForm> key = form(view);
    if (!key) return fail(key.error());
    const std::string column = "r." + quotedIdentifier(*view.changedColumn);
    std::string where = " WHERE " + column + " IS NOT NULL AND r." + quotedIdentifier(view.key) + " IS NOT NULL";
    std::vector<Cell> parameters;
    if (from && from->key) {
        where += " AND (" + column + ", " + key->order + ") > ($1, $2" + key->after + ")";
        parameters = {from->value, *from->key};
    } else if (from) {
        where += " AND " + column + " >= $1";
        parameters = {from->value};
    }
    Result<PgResult> answer =
        m_connection->run(selectOf(view, *key) + where + " ORDER BY " + column + ", " + key->order + " LIMIT " +
                              std::to_string(limit),
                          parameters);
    if (!answer) return fail(answer.error());
    std::vector<SourceRow> rows;
    for (int i = 0; i < answer->rows(); ++i) {
        SourceRow &row = rows.emplace_back();
        readRow(*answer, i, view.columns.size(), row.row);
        for (const Cell &cell : row.row.cells)
            row.storage += cell ? 't' : 'n';
        row.storage += 't';
    }
    return rows;
}

Result<std::optional<ChangePlace>> PostgresSource::lastChange(const TableView &view)
{
    const std::string column = quotedIdentifier(*view.changedColumn);
    Result<PgResult> answer =
        m_connection->run("SELECT max(" + column + ")::text FROM " + quotedTable(view.table));
    if (!answer) return fail(answer.error());
    Cell value;
    answer->read(0, 0, value);
    return value ? std::optional(ChangePlace{*value, 't', {}}) : std::nullopt;
}

Result<std::vector<WrittenRow>> PostgresSource::write(const TableView &view, const std::vector<RowWrite> &writes)
{
    if (Result<PgResult> begun = m_connection->run("BEGIN"); !begun) return fail(begun.error());
    const auto undone = [this](Error error) {
        (void)m_connection->run("ROLLBACK");
        return fail(std::move(error));
    };
    std::vector<WrittenRow> result(writes.size());
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        std::vector<Cell> values;
        for (const SqlParameter &parameter : writes[i].statement.parameters)
            values.push_back(parameter.value);
        const Result<PgResult> done = m_connection->run(writes[i].statement.sql, values);
        if (!done) return undone(done.error());
        result[i].changed = done->affected();
        if (result[i].changed > 1)
            return undone({ErrorKind::Conflict, "more than one row has this key; nothing was written", {}, {}});
        keys.push_back(writes[i].key);
    }
    Result<std::vector<SourceRow>> rows = fetch(view, keys);
    if (!rows) return undone(rows.error());
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < keys.size(); ++i)
        places[keys[i]] = i;
    for (SourceRow &row : *rows) {
        const auto place = places.find(row.row.key);
        if (place != places.end()) result[place->second].now = std::move(row);
    }
    if (Result<PgResult> committed = m_connection->run("COMMIT"); !committed) return fail(committed.error());
    return result;
}

} // namespace

Result<std::unique_ptr<Source>> connectPostgres(const SourceSettings &settings, Access access)
{
    Result<std::unique_ptr<PgConnection>> connection = PgConnection::open(settings, access);
    if (!connection) return fail(connection.error());
    return std::make_unique<PostgresSource>(std::move(*connection));
}

Result<void> checkPostgresUrl(const std::string &url)
{
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
        return fail(ErrorKind::Invalid, "must begin with postgresql://");
    char *problem = nullptr;
    PQconninfoOption *options = PQconninfoParse(url.c_str(), &problem);
    if (!options) {
        std::string message = problem ? problem : "is not a PostgreSQL URL";
        PQfreemem(problem);
        return fail(ErrorKind::Invalid, message.substr(0, message.find('\n')));
    }
    bool password = false;
    for (const PQconninfoOption *option = options; option->keyword; ++option)
        password |= std::string_view(option->keyword).ends_with("password") && option->val &&
                    *option->val;
    PQconninfoFree(options);
    if (password) return fail(ErrorKind::Invalid, "must not hold a password: name it by `secret`");
    return {};
}

} // namespace crossfade
